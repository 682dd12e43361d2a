package dev.perennial.issuance.issuing;

import dev.perennial.acme.RequestTimeout;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.Order;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Handles one order from delivery to outcome: retries, the published failure if any, span, log and metric. */
final class IssuanceHandler {
    private static final Logger LOG = Logger.getLogger(IssuanceHandler.class);

    private final Issuance issuance;
    private final IssuancePublisher topic;
    private final CertificateKeyGenerator keys;
    private final Retry retry;
    private final Duration nextAttempt;
    private final MeterRegistry meters;
    private final Clock clock;

    /** @param nextAttempt interval that a failure suggests if it contains no time */
    IssuanceHandler(
            Issuance issuance,
            IssuancePublisher topic,
            CertificateKeyGenerator keys,
            Retry retry,
            Duration nextAttempt,
            MeterRegistry meters,
            Clock clock) {
        this.issuance = issuance;
        this.topic = topic;
        this.keys = keys;
        this.retry = retry;
        this.nextAttempt = nextAttempt;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Returns when the outcome is on Kafka.
     *
     * @throws Shutdown.WorkInterrupted if the service is stopping and no result was published
     * @throws RuntimeException for a defect: a failure was published, and the record belongs to the dead-letter topic
     */
    IssuanceResult handle(Order order, Context received) {
        Map<String, String> attributes = Map.of(
                "perennial.certificate.id", order.certificateId().toString(),
                "perennial.order.id", order.orderId().toString(),
                "perennial.issuer", order.issuer());
        return Spans.inSpan(received, "issue certificate", SpanKind.INTERNAL, attributes, () -> {
            Instant start = clock.instant();
            FinalizeRequests requests = new FinalizeRequests();
            try {
                IssuanceResult outcome = attemptWithRetries(order, requests);
                report(order, outcome, start);
                return outcome;
            } catch (RuntimeException defect) {
                if (Shutdown.isUnderWay()) {
                    throw new Shutdown.WorkInterrupted();
                }
                if (!(defect instanceof RetryLater)) {
                    LOG.errorf(
                            "ALARM: a defect stopped the issuance of '%s'; its record goes to the dead-letter topic,"
                                    + " and the order-service decides what happens next;"
                                    + " see docs/reference/errors.md#internal",
                            order.name());
                    report(order, defect(defect, issuance.end(order, requests)), start);
                }
                throw defect;
            }
        });
    }

    private void report(Order order, IssuanceResult outcome, Instant start) {
        if (outcome instanceof IssuanceResult.Failed failed) {
            if (Shutdown.isUnderWay()) {
                throw new Shutdown.WorkInterrupted();
            }
            topic.failed(new IssuanceFailed(
                    order.certificateId(),
                    order.orderId(),
                    order.attempt(),
                    failed.problem(),
                    Optional.of(failed.finalization())));
        }
        Span.current().setAttribute("perennial.outcome", outcome.label());
        meters.counter("perennial_issuances_total", "outcome", outcome.label()).increment();
        log(order, outcome, Duration.between(start, clock.instant()).toMillis());
    }

    /** Omits the message of the exception, which may contain internal details. */
    private static IssuanceResult defect(RuntimeException defect, Finalization finalization) {
        return new IssuanceResult.Failed(
                Problem.of(
                        ErrorCode.INTERNAL,
                        "a defect stopped the issuance; the log of the issuance-service has the cause under the trace id of"
                                + " the order, and the dead-letter topic has the record",
                        defect.getClass().getSimpleName()),
                finalization);
    }

    private IssuanceResult attemptWithRetries(Order order, FinalizeRequests requests) {
        Supplier<CertificateKey> newKey = once(() -> keys.generate(order.keyType()));
        try {
            return retry.call(
                    "the issuance of '" + order.name() + "'",
                    clock,
                    () -> issuance.attempt(order, newKey, requests),
                    RequestTimeout::isCauseOf);
        } catch (RetryLater e) {
            // After a timeout without a retry, the order-service selects a first, short interval.
            Problem problem = RequestTimeout.isCauseOf(e) ? e.problem() : withNextAttempt(e);
            return new IssuanceResult.Failed(problem, issuance.end(order, requests));
        }
    }

    private Problem withNextAttempt(RetryLater failure) {
        Instant now = clock.instant();
        return failure.problem()
                .nextAttempt(failure.earliest().filter(now::isBefore).orElse(now.plus(nextAttempt)));
    }

    private static void log(Order order, IssuanceResult outcome, long millis) {
        switch (outcome) {
            case IssuanceResult.Issued issued -> issuedLine("issued", issued.fact(), millis);
            case IssuanceResult.IssuedBefore before ->
                issuedLine("issued before, published again", before.fact(), millis);
            case IssuanceResult.Superseded superseded ->
                LOG.infof(
                        "'%s' is superseded by order %s; nothing was issued (%d ms)",
                        order.name(), superseded.by(), millis);
            case IssuanceResult.Abandoned abandoned ->
                LOG.infof(
                        "'%s' was abandoned at %s; nothing was issued; a new request creates a new order (%d ms)",
                        order.name(), abandoned.at(), millis);
            case IssuanceResult.SupersededAttempt superseded ->
                LOG.infof(
                        "'%s': attempt %d is superseded by attempt %d; nothing was issued (%d ms)",
                        order.name(), order.attempt(), superseded.by(), millis);
            case IssuanceResult.Failed failed ->
                LOG.infof(
                        "'%s' not issued (%d ms): %s: %s; %s",
                        order.name(),
                        millis,
                        failed.problem().code().wireName(),
                        failed.problem().detail(),
                        failed.problem()
                                .nextAttemptAt()
                                .map(at -> "next attempt at " + at)
                                .orElse("the order-service decides what happens next"));
        }
    }

    private static void issuedLine(String action, CertificateIssued fact, long millis) {
        LOG.infof(
                "'%s' %s: serial %s for %s, valid until %s (%d ms)",
                fact.name(),
                action,
                fact.serial(),
                fact.identifiers().stream().map(id -> id.value()).toList(),
                fact.notAfter(),
                millis);
    }

    /** Generates the key once for all attempts. */
    private static Supplier<CertificateKey> once(Supplier<CertificateKey> generator) {
        AtomicReference<CertificateKey> generated = new AtomicReference<>();
        return () -> {
            if (generated.get() == null) {
                generated.set(generator.get());
            }
            return generated.get();
        };
    }
}
