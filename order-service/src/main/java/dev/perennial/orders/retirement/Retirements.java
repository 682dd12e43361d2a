package dev.perennial.orders.retirement;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRetired;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificate.CurrentVersion;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.requests.OwnerRules;
import dev.perennial.rules.retirement.NotServedRule;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Retires certificates, which ends their renewal, and revives them. */
@Singleton
public class Retirements {
    private static final Logger LOG = Logger.getLogger(Retirements.class);
    /** An order that is at the CA continues; its result is checked after this interval. */
    private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

    private final OrderTransitions transitions;
    private final CurrentPolicy policy;
    private final RetirementConfig config;
    private final Clock clock;

    @Inject
    public Retirements(OrderTransitions transitions, CurrentPolicy policy, RetirementConfig config, Clock clock) {
        this.transitions = transitions;
        this.policy = policy;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Ends the renewal of the certificate and withdraws an order that waits. The current X.509 certificate stays in use. Has no effect on a
     * retired certificate.
     *
     * @param certificate locked by the caller
     */
    public void retire(Handle tx, Certificate certificate, String reason, Initiator initiator) {
        if (certificate.retired().isPresent()) {
            return;
        }
        Instant now = clock.instant();
        CertificateId id = certificate.id();
        new Certificates(tx).retire(id, reason, now);
        ScheduledTasks tasks = new ScheduledTasks(tx);
        tasks.drop(id);
        tasks.set(id, ScheduledTask.RENEW, now, expiry(certificate, now), now);
        new Outbox(tx, clock)
                .append(
                        new CertificateRetired(
                                id,
                                certificate.latestOrder().orElseThrow(),
                                certificate.name(),
                                certificate.owner(),
                                reason),
                        initiator,
                        Spans.traceparent(Context.current()));
        addToTimeline(tx, certificate, "certificate.retired", reason, initiator, now);
        LOG.infof("certificate %s '%s' of %s is retired: %s", id, certificate.name(), certificate.owner(), reason);
    }

    /**
     * As {@link #revive}, if the policy of the owner still allows the certificate: its renewal had ended.
     *
     * @return the reasons of a refusal
     */
    public List<Problem> resume(Handle tx, Certificate certificate, String reason, Initiator initiator) {
        List<Problem> problems = certificate.retired().isEmpty()
                ? List.of()
                : OwnerRules.check(policy.read(tx), certificate.owner(), certificate.spec(), certificate.labels());
        if (problems.isEmpty()) {
            revive(tx, certificate, reason, initiator);
        }
        return problems;
    }

    /**
     * Renews the certificate again; overdue tasks run at once. Has no effect on a certificate that is not retired.
     *
     * @param certificate locked by the caller; policy allows it
     */
    public void revive(Handle tx, Certificate certificate, String reason, Initiator initiator) {
        if (certificate.retired().isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        CertificateId id = certificate.id();
        new Certificates(tx).revive(id, now);
        if (certificate.issued().isPresent()) {
            for (ScheduledTask task : ScheduledTask.values()) {
                new ScheduledTasks(tx).set(id, task, now, expiry(certificate, now), now);
            }
        }
        addToTimeline(tx, certificate, "certificate.revived", reason, initiator, now);
    }

    /**
     * Checks a certificate before its renewal: retires it if no host serves it, and withdraws the order of a retired one.
     *
     * @param certificate locked by the caller
     * @param issued the order that issued the current X.509 certificate
     * @return time of the next check; empty if the certificate is not retired
     */
    public Optional<Instant> check(Handle tx, Certificate certificate, Optional<StoredOrder> issued) {
        if (certificate.retired().isPresent()) {
            return Optional.of(end(tx, certificate));
        }
        Optional<String> nowhere = issued.filter(order -> config.whenNotServed())
                .map(StoredOrder::state)
                .flatMap(NotServedRule::reason);
        nowhere.ifPresent(reason -> retire(tx, certificate, reason, Outbox.SYSTEM));
        return nowhere.map(reason -> clock.instant());
    }

    private Instant end(Handle tx, Certificate certificate) {
        Optional<StoredOrder> latest = certificate.latestOrder().flatMap(new Orders(tx)::find);
        Instant next = clock.instant().plus(CHECK_INTERVAL);
        if (latest.filter(StoredOrder::isInFlight).isEmpty()) {
            new ScheduledTasks(tx).drop(certificate.id());
            return next;
        }
        String reason = certificate.retired().orElseThrow().reason();
        Problem problem = Problem.of(
                ErrorCode.CERTIFICATE_RETIRED,
                "the certificate is retired and is no longer renewed; to renew it again, request it again or run"
                        + " ./perennial retire NAME --undo",
                reason);
        transitions.apply(tx, latest.get().id(), new Input.Withdrawn(problem));
        return next;
    }

    private static Instant expiry(Certificate certificate, Instant otherwise) {
        return certificate.issued().map(CurrentVersion::notAfter).orElse(otherwise);
    }

    private static void addToTimeline(
            Handle tx, Certificate certificate, String entry, String reason, Initiator initiator, Instant now) {
        new Timeline(tx)
                .add(
                        certificate.id(),
                        new Timeline.Entry(
                                now,
                                certificate.latestOrder().orElseThrow(),
                                entry,
                                Map.of("reason", reason),
                                initiator,
                                Spans.traceId()));
    }
}
