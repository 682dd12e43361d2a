package dev.perennial.rules.retirement;

import dev.perennial.events.Identifier;
import java.util.List;
import java.util.Set;

/** What becomes of a certificate whose renewal is blocked by names that nobody can prove any more. Pure. */
public sealed interface FailingNameRules {
    /** No name is dead, or nothing would be left. */
    record None() implements FailingNameRules {}

    /** Somebody has to look: they block the others. */
    record Blocking(List<Identifier> dead) implements FailingNameRules {}

    /** The certificate goes on without them. */
    record Dropped(List<Identifier> dead, List<Identifier> living) implements FailingNameRules {}

    /**
     * @param names of the certificate
     * @param dead those of them whose control could not be proven again and again
     * @param emergency what is served expires soon, or must not be served
     */
    static FailingNameRules judge(DropNames policy, List<Identifier> names, Set<Identifier> dead, boolean emergency) {
        List<Identifier> lost = names.stream().filter(dead::contains).toList();
        List<Identifier> living =
                names.stream().filter(name -> !dead.contains(name)).toList();
        if (lost.isEmpty() || living.isEmpty()) {
            return new None();
        }
        boolean drop =
                switch (policy) {
                    case NEVER -> false;
                    case IN_EMERGENCY -> emergency;
                    case AT_ONCE -> true;
                };
        return drop ? new Dropped(lost, living) : new Blocking(lost);
    }
}
