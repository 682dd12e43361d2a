package dev.perennial.rules.approvals;

import dev.perennial.rules.access.Resource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * All that a request concerns.
 *
 * @param resource that a grant of the approver has to cover
 * @param effects in a fixed order; not empty
 */
public record RequestScope(Resource resource, List<RequestEffect> effects) {
    public RequestScope {
        effects = List.copyOf(effects);
    }

    /** One resource. */
    public static RequestScope of(Resource resource) {
        return of(resource, List.of(resource));
    }

    /** @param all for which the requester needs a right */
    public static RequestScope of(Resource resource, Collection<Resource> all) {
        return new RequestScope(
                resource, all.stream().distinct().map(RequestEffect::on).toList());
    }

    /** The resources for which the requester needs a right. */
    public List<Resource> resources() {
        return effects.stream().map(RequestEffect::resource).distinct().toList();
    }

    /** The first effect that an approval of another scope does not include. */
    public Optional<RequestEffect> beyond(RequestScope approved) {
        return effects.stream().filter(effect -> !approved.includes(effect)).findFirst();
    }

    private boolean includes(RequestEffect effect) {
        return effect.fingerprint().isEmpty() ? resources().contains(effect.resource()) : effects.contains(effect);
    }
}
