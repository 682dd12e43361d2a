package dev.perennial.rules.retirement;

import dev.perennial.events.ErrorCode;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Rollout;
import java.util.Optional;

/** Decides from the reports of its hosts whether a certificate is served anywhere. */
public final class NotServedRule {
    private NotServedRule() {}

    /**
     * The reason if no host serves the certificate; empty if a host serves or may serve it. A host without a report may
     * be down and serve it later. A host with a failure serves the previous certificate. Only a host whose
     * configuration does not contain the certificate will never serve it.
     *
     * @param issued the order that issued the certificate
     */
    public static Optional<String> reason(OrderState issued) {
        return issued instanceof OrderState.Undeployed undeployed && isNowhere(undeployed.rollout())
                ? Optional.of("no host serves it: the files of "
                        + String.join(", ", undeployed.rollout().missing()) + " do not contain it")
                : Optional.empty();
    }

    private static boolean isNowhere(Rollout rollout) {
        return rollout.proven().isEmpty()
                && rollout.outstanding().isEmpty()
                && rollout.failed().values().stream()
                        .allMatch(problem -> problem.code() == ErrorCode.NOT_CONFIGURED_ON_HOST);
    }
}
