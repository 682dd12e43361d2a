package dev.perennial.orders.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.Initiator;
import dev.perennial.events.ResourceName;
import dev.perennial.rules.access.OwnerClaim;
import dev.perennial.rules.access.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads the claims in the policy of an owner strictly. */
final class OwnerClaimsReader {
    static final String CLAIMS = "claims";

    private static final String PROVIDER = "provider";
    private static final String CLAIM = "claim";
    private static final String VALUE = "value";
    private static final String ROLE = "role";
    private static final List<String> FIELDS = List.of(PROVIDER, CLAIM, VALUE, ROLE);
    /** Each is compared with every token of its provider. */
    private static final int MAX_CLAIMS = 64;

    private static final int MAX_TEXT = 255;

    private final BiConsumer<String, String> problems;

    /** @param problems receives each problem with its path */
    OwnerClaimsReader(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    List<OwnerClaim> read(String owner, JsonNode list) {
        String path = owner + "." + CLAIMS;
        List<OwnerClaim> read = new ArrayList<>();
        if (list.isMissingNode()) {
            return read;
        }
        if (!list.isArray() || list.size() > MAX_CLAIMS) {
            problems.accept(
                    path, "must be a list of at most " + MAX_CLAIMS + " claims, each with the fields " + FIELDS);
            return read;
        }
        for (int i = 0; i < list.size(); i++) {
            claim(path + "[" + i + "]", list.get(i)).ifPresent(read::add);
        }
        return read;
    }

    private Optional<OwnerClaim> claim(String path, JsonNode node) {
        if (!node.isObject()) {
            problems.accept(path, "must be an object with the fields " + FIELDS);
            return Optional.empty();
        }
        if (node.properties().stream().anyMatch(field -> !FIELDS.contains(field.getKey()))) {
            problems.accept(path, "has a field that is not known; known: " + FIELDS);
        }
        Optional<String> provider = text(node.path(PROVIDER)).filter(ResourceName::isValid);
        Optional<String> claim = text(node.path(CLAIM));
        Optional<String> value =
                text(node.path(VALUE)).filter(it -> !it.replace("*", "").isEmpty());
        Optional<Role> role = text(node.path(ROLE)).flatMap(Role::of).filter(OwnerClaim.ROLES::contains);
        require(provider, path, PROVIDER, "must be the name of an identity provider");
        require(claim, path, CLAIM, "must be the path of a claim, of at most " + MAX_TEXT + " characters");
        require(
                value,
                path,
                VALUE,
                "must be a value of the claim, of at most " + MAX_TEXT + " characters, and not only '*'");
        require(role, path, ROLE, "must be requester, viewer or approver");
        return provider.flatMap(its ->
                claim.flatMap(name -> value.flatMap(has -> role.map(may -> new OwnerClaim(its, name, has, may)))));
    }

    private void require(Optional<?> value, String path, String field, String otherwise) {
        if (value.isEmpty()) {
            problems.accept(path + "." + field, otherwise);
        }
    }

    /** Printable, so that no value looks like another one; names of groups may have spaces. */
    private static Optional<String> text(JsonNode node) {
        return Optional.ofNullable(node.textValue())
                .filter(it -> !it.isBlank() && it.length() <= MAX_TEXT && Initiator.isPrintable(it.replace(' ', '_')));
    }
}
