package dev.perennial.orders.access;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.platform.telemetry.MetricLabels;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Authorizes every action, whichever interface requested it, and records the decision. */
@Singleton
public class AccessControl {
    private static final Logger LOG = Logger.getLogger(AccessControl.class);

    /** So that the requests of one principal cannot fill the database. */
    private final PrincipalLimit recordedDenials = new PrincipalLimit(60);

    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    public AccessControl(Clock clock, MeterRegistry meters) {
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Decides, and records the decision in this transaction unless it allows a read, or is one of too many denials of
     * the principal.
     *
     * @return the problem if the action is denied
     */
    public Optional<Problem> denial(Handle tx, Caller caller, Action action, Resource resource) {
        return denial(tx, caller, action, resource, Optional.empty());
    }

    /** @param subject the token, the replacement or the name that is concerned, for the record */
    public Optional<Problem> denial(
            Handle tx, Caller caller, Action action, Resource resource, Optional<String> subject) {
        return recorded(
                tx, caller, action, resource, subject, AccessRules.authorize(caller.principal(), action, resource));
    }

    /** As {@link #denial}, with a decision that was made elsewhere. */
    public Optional<Problem> recorded(
            Handle tx,
            Caller caller,
            Action action,
            Resource resource,
            Optional<String> subject,
            AccessDecision decision) {
        meters.counter(
                        "perennial_access_decisions_total",
                        "action",
                        action.wireName(),
                        "result",
                        decision.isAllowed() ? "allowed" : "denied")
                .increment();
        Instant now = clock.instant();
        boolean recorded = decision.isAllowed()
                ? !action.isRead()
                : recordedDenials.allows(caller.principal().id(), now);
        if (recorded) {
            new AccessLog(tx)
                    .add(new AccessLog.Entry(
                            0,
                            now,
                            caller.principal().id(),
                            caller.via(),
                            action.wireName(),
                            resource,
                            subject,
                            decision.isAllowed(),
                            decision.rule(),
                            Spans.traceId()));
        }
        return switch (decision) {
            case AccessDecision.Allowed allowed -> Optional.empty();
            case AccessDecision.Denied denied -> {
                if (recorded) {
                    LOG.warnf(
                            "denied over %s: %s; it concerns %s",
                            MetricLabels.value(caller.via()), denied.reason(), resource);
                }
                yield Optional.of(Problem.of(ErrorCode.ACCESS_DENIED, denied.reason()));
            }
        };
    }
}
