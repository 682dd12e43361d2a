package dev.perennial.issuance.revocation;

import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.issuance.issuing.IssuancePublisher;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jboss.logging.Logger;

/** Handles one revocation from delivery to outcome: retries, the published result, span, log and metric. */
final class RevocationHandler {
    private static final Logger LOG = Logger.getLogger(RevocationHandler.class);

    private final RevocationProcedure procedure;
    private final IssuancePublisher topic;
    private final Retry retry;
    private final Duration nextAttempt;
    private final MeterRegistry meters;
    private final Clock clock;

    RevocationHandler(
            RevocationProcedure procedure,
            IssuancePublisher topic,
            RevocationRetryConfig config,
            MeterRegistry meters,
            Clock clock) {
        this.procedure = procedure;
        this.topic = topic;
        this.retry = new Retry(config.initialRetryInterval(), config.maxRetryInterval(), config.retryTimeout());
        this.nextAttempt = config.nextAttemptInterval();
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Returns when the outcome is on Kafka.
     *
     * @throws Shutdown.WorkInterrupted if the service is stopping and no result was published
     * @throws RuntimeException for a defect: a failure was published, and the record belongs to the dead-letter topic
     */
    void handle(RevocationOrdered ordered, Context received) {
        Map<String, String> attributes = Map.of(
                "perennial.certificate.id", ordered.certificateId().toString(),
                "perennial.issuer", ordered.issuer());
        Spans.inSpan(received, "revoke certificate", SpanKind.INTERNAL, attributes, () -> {
            try {
                report(ordered, attemptWithRetries(ordered));
            } catch (RuntimeException defect) {
                if (Shutdown.isUnderWay()) {
                    throw new Shutdown.WorkInterrupted();
                }
                if (!(defect instanceof RetryLater)) {
                    LOG.errorf(
                            "ALARM: a defect stopped the revocation of '%s'; its record goes to the dead-letter topic,"
                                    + " and the order-service decides what happens next;"
                                    + " see docs/reference/errors.md#internal",
                            ordered.name());
                    report(ordered, new RevocationProcedure.Outcome.Failed(defect(defect)));
                }
                throw defect;
            }
            return ordered;
        });
    }

    private RevocationProcedure.Outcome attemptWithRetries(RevocationOrdered ordered) {
        try {
            return retry.call("the revocation of '" + ordered.name() + "'", clock, () -> procedure.attempt(ordered));
        } catch (RetryLater e) {
            Instant now = clock.instant();
            return new RevocationProcedure.Outcome.Failed(
                    e.problem().nextAttempt(e.earliest().filter(now::isBefore).orElse(now.plus(nextAttempt))));
        }
    }

    private void report(RevocationOrdered ordered, RevocationProcedure.Outcome outcome) {
        switch (outcome) {
            case RevocationProcedure.Outcome.Revoked revoked -> revoked(ordered, revoked);
            case RevocationProcedure.Outcome.Failed failed -> failed(ordered, failed.problem());
        }
    }

    private void revoked(RevocationOrdered ordered, RevocationProcedure.Outcome.Revoked revoked) {
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
        if (Shutdown.isUnderWay()) {
            throw new Shutdown.WorkInterrupted();
        }
        topic.failed(new RevocationFailed(ordered.certificateId(), ordered.orderId(), ordered.fingerprint(), problem));
        meters.counter("perennial_revocations_total", "outcome", problem.code().wireName())
                .increment();
        LOG.warnf(
                "the revocation of '%s' is incomplete: serial %s: %s: %s; the order-service decides what happens next",
                ordered.name(), ordered.serial(), problem.code().wireName(), problem.detail());
    }

    /** Omits the message of the exception, which may contain internal details. */
    private static Problem defect(RuntimeException defect) {
        return Problem.of(
                ErrorCode.INTERNAL,
                "a defect stopped the revocation; the log of the issuance-service has the cause, and the dead-letter"
                        + " topic has the record",
                defect.getClass().getSimpleName());
    }
}
