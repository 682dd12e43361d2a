package dev.perennial.rules.retirement;

import dev.perennial.events.ErrorCode;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Rollout;
import java.util.Optional;

/** Whether a certificate is served anywhere, by the words of its hosts. Pure. */
public final class NotServedRule {
    private NotServedRule() {}

    /**
     * Why it is served nowhere; empty where it is, or may be. A host that says nothing may be down and serve it when it is back, and one
     * that failed serves the one before: only a host whose own file has no place for it has done with it.
     *
     * @param issued the order of which the certificate came
     */
    public static Optional<String> because(OrderState issued) {
        return issued instanceof OrderState.Undeployed undeployed && isNowhere(undeployed.rollout())
                ? Optional.of("it is served nowhere: the files of "
                        + String.join(", ", undeployed.rollout().missing()) + " have no place for it")
                : Optional.empty();
    }

    private static boolean isNowhere(Rollout rollout) {
        return rollout.proven().isEmpty()
                && rollout.outstanding().isEmpty()
                && rollout.failed().values().stream()
                        .allMatch(problem -> problem.code() == ErrorCode.NOT_CONFIGURED_ON_HOST);
    }
}
