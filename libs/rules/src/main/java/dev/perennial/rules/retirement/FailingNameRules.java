package dev.perennial.rules.retirement;

import dev.perennial.events.Identifier;
import java.util.List;
import java.util.Set;

/** Decides about a certificate whose renewal is blocked by names that fail validation. */
public sealed interface FailingNameRules {
    /** No name fails, or no name would remain. */
    record None() implements FailingNameRules {}

    /** The failing names block the others, and an operator has to act. */
    record Blocking(List<Identifier> failing) implements FailingNameRules {}

    /** The certificate is renewed without these names; others may still block it. */
    record Dropped(List<Identifier> failing, List<Identifier> remaining) implements FailingNameRules {}

    /**
     * @param names of the certificate
     * @param failing those of them that failed validation repeatedly
     * @param refused those of the failing names that the CA itself failed: the self-check may be wrong, for example
     *     behind split-horizon DNS
     * @param emergency whether the current certificate expires soon, or must not be served
     */
    static FailingNameRules evaluate(
            DropNames policy,
            List<Identifier> names,
            Set<Identifier> failing,
            Set<Identifier> refused,
            boolean emergency) {
        List<Identifier> blocking = names.stream().filter(failing::contains).toList();
        if (blocking.isEmpty() || blocking.size() == names.size()) {
            return new None();
        }
        List<Identifier> lost = blocking.stream().filter(refused::contains).toList();
        List<Identifier> remaining =
                names.stream().filter(name -> !lost.contains(name)).toList();
        boolean drop =
                switch (policy) {
                    case NEVER -> false;
                    case IN_EMERGENCY -> emergency;
                    case AT_ONCE -> true;
                };
        return drop && !lost.isEmpty() ? new Dropped(lost, remaining) : new Blocking(blocking);
    }
}
