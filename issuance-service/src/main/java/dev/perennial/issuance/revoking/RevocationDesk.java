package dev.perennial.issuance.revoking;

import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.issuance.issuing.IssuancesTopic;
import dev.perennial.platform.messaging.Patience;
import dev.perennial.platform.messaging.Stop;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jboss.logging.Logger;

/** One revocation from delivery to outcome: patience with what is away, the result told, span, log, metric. */
final class RevocationDesk {
    private static final Logger LOG = Logger.getLogger(RevocationDesk.class);

    private final Revoking revoking;
    private final IssuancesTopic topic;
    private final Patience patience;
    private final Duration nextAttempt;
    private final MeterRegistry meters;
    private final Clock clock;

    RevocationDesk(Revoking revoking, IssuancesTopic topic, RevokingConfig config, MeterRegistry meters, Clock clock) {
        this.revoking = revoking;
        this.topic = topic;
        this.patience = new Patience(config.firstPause(), config.longestPause(), config.patience());
        this.nextAttempt = config.nextAttempt();
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Returns when the outcome is on Kafka.
     *
     * @throws Stop.CutOff where nothing was told because the service is being stopped
     * @throws RuntimeException a defect: the order-service has been told, and the record belongs among the dead letters
     */
    void serve(RevocationOrdered ordered, Context received) {
        Map<String, String> about = Map.of(
                "perennial.certificate.id", ordered.certificateId().toString(),
                "perennial.issuer", ordered.issuer());
        Spans.inSpan(received, "revoke certificate", SpanKind.INTERNAL, about, () -> {
            try {
                tell(ordered, insist(ordered));
            } catch (RuntimeException defect) {
                if (Stop.isUnderWay()) {
                    throw new Stop.CutOff();
                }
                if (!(defect instanceof RetryLater)) {
                    LOG.errorf(
                            "ALARM: a defect ended the revocation of '%s'; its record goes to the dead letters",
                            ordered.name());
                    tell(ordered, new Revoking.Outcome.Failed(defect(defect)));
                }
                throw defect;
            }
            return ordered;
        });
    }

    private Revoking.Outcome insist(RevocationOrdered ordered) {
        try {
            return patience.insist("revoking '" + ordered.name() + "'", clock, () -> revoking.attempt(ordered));
        } catch (RetryLater e) {
            Instant now = clock.instant();
            return new Revoking.Outcome.Failed(
                    e.problem().nextAttempt(e.earliest().filter(now::isBefore).orElse(now.plus(nextAttempt))));
        }
    }

    private void tell(RevocationOrdered ordered, Revoking.Outcome outcome) {
        switch (outcome) {
            case Revoking.Outcome.Revoked revoked -> revoked(ordered, revoked);
            case Revoking.Outcome.Failed failed -> failed(ordered, failed.problem());
        }
    }

    private void revoked(RevocationOrdered ordered, Revoking.Outcome.Revoked revoked) {
        topic.revoked(new CertificateRevoked(
                ordered.certificateId(),
                ordered.orderId(),
                ordered.fingerprint(),
                ordered.serial(),
                ordered.reason(),
                revoked.at(),
                revoked.destroyed()));
        meters.counter("perennial_revocations_total", "outcome", "revoked").increment();
        meters.counter("perennial_destroyed_bundle_versions_total").increment(revoked.destroyed());
        LOG.infof(
                "'%s' is revoked at %s: serial %s, reason %s; %d stored versions with its key are destroyed",
                ordered.name(), ordered.issuer(), ordered.serial(), ordered.reason(), revoked.destroyed());
    }

    private void failed(RevocationOrdered ordered, Problem problem) {
        if (Stop.isUnderWay()) {
            throw new Stop.CutOff();
        }
        topic.failed(new RevocationFailed(ordered.certificateId(), ordered.orderId(), ordered.fingerprint(), problem));
        meters.counter("perennial_revocations_total", "outcome", problem.code().wireName())
                .increment();
        LOG.warnf(
                "'%s' is not revoked, or its key not destroyed: serial %s: %s: %s; the order-service decides what happens next",
                ordered.name(), ordered.serial(), problem.code().wireName(), problem.detail());
    }

    /** Without the message: it was not written for other people's eyes. */
    private static Problem defect(RuntimeException defect) {
        return Problem.of(
                ErrorCode.INTERNAL,
                "a defect of the issuance-service; its log has the cause, the dead letters have the record",
                defect.getClass().getSimpleName());
    }
}
