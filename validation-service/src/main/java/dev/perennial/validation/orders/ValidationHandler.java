package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.RequestTimeout;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Validates an order, with retries, and publishes exactly one result. */
final class ValidationHandler {
    private static final Logger LOG = Logger.getLogger(ValidationHandler.class);
    private static final URI SOURCE = URI.create("/perennial/validation-service");

    /**
     * Orders of one issuer that may wait for a late decision of their CA after their report. They no longer count toward the CA's
     * share of the orders in progress, and must not occupy the service.
     */
    static final int MAX_LATE_DECISIONS = 64;

    /** Orders whose withdrawal may be repeated at the same time, for the same reason. */
    static final int MAX_LATE_WITHDRAWALS = 256;

    private final AcmeAccounts accounts;
    private final OrderValidation validation;
    private final Retry retry;
    private final Retry withdrawals;
    private final Duration nextAttempt;
    private final Consumer<CloudEvent> results;
    private final MeterRegistry meters;
    private final Clock clock;
    private final ChallengeUses uses;
    private final Map<String, Semaphore> lateDecisions = new ConcurrentHashMap<>();
    private final Semaphore lateWithdrawals = new Semaphore(MAX_LATE_WITHDRAWALS);

    ValidationHandler(
            AcmeAccounts accounts,
            OrderValidation validation,
            Retry retry,
            Retry withdrawals,
            Duration nextAttempt,
            ChallengeUses uses,
            Consumer<CloudEvent> results,
            MeterRegistry meters,
            Clock clock) {
        this.accounts = accounts;
        this.validation = validation;
        this.retry = retry;
        this.withdrawals = withdrawals;
        this.nextAttempt = nextAttempt;
        this.uses = uses;
        this.results = results;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Returns when the result is on Kafka.
     *
     * @throws Shutdown.WorkInterrupted if the service is stopping and no result was published
     * @throws RuntimeException for a defect: a rejection was published, and the record belongs to the dead-letter topic
     */
    void handle(Order order, Context received) {
        Instant start = clock.instant();
        PresentedChallenges presented = new PresentedChallenges(uses);
        Spans.inSpan(received, "validate order", SpanKind.INTERNAL, attributes(order), () -> {
            try {
                ValidationResult result = result(order, presented);
                publish(order, result, start);
                if (!presented.isEmpty() && isCaUnavailable(result)) {
                    awaitDecision(order);
                }
                withdraw(order, presented);
                return result;
            } catch (RuntimeException defect) {
                if (Shutdown.isUnderWay()) {
                    throw new Shutdown.WorkInterrupted();
                }
                LOG.errorf(
                        "ALARM: a defect stopped the validation of '%s'; its record goes to the dead-letter topic, and"
                                + " the order-service decides what happens next; see docs/reference/errors.md#internal",
                        order.name());
                publish(order, ValidationResult.forAll(order.identifiers(), problem(defect)), start);
                presented.withdraw();
                throw defect;
            }
        });
    }

    private void publish(Order order, ValidationResult result, Instant start) {
        if (result instanceof ValidationResult.Rejected && Shutdown.isUnderWay()) {
            throw new Shutdown.WorkInterrupted();
        }
        results.accept(CloudEvent.about(
                order.certificateId().toString(), SOURCE, result.fact(order), Initiators.current(SOURCE), clock));
        meters.counter("perennial_validations_total", "outcome", result.outcome())
                .increment();
        LOG.infof(
                "order %s of %s: %s after %d ms",
                order.orderId(),
                order.name(),
                summary(result),
                Duration.between(start, clock.instant()).toMillis());
    }

    /** Omits the exception's message, which may contain internal data. */
    private static Problem problem(RuntimeException defect) {
        return Problem.of(
                ErrorCode.INTERNAL,
                "a defect stopped the validation; the log of the validation-service has the cause under the trace id of"
                        + " the order, and the dead-letter topic has the record",
                defect.getClass().getSimpleName());
    }

    /**
     * Runs after the result was published. The record stays unacknowledged until then, so that a redelivery repeats the
     * withdrawal.
     */
    private void withdraw(Order order, PresentedChallenges presented) {
        // On shutdown the next delivery withdraws: the CA may still validate, and other replicas can respond.
        if (Shutdown.isUnderWay() && !presented.isEmpty()) {
            throw new Shutdown.WorkInterrupted();
        }
        Optional<RetryLater> failure = presented.withdraw();
        if (failure.isEmpty()) {
            return;
        }
        if (!lateWithdrawals.tryAcquire()) {
            presented.abandon(failure.get().getMessage());
            return;
        }
        try {
            withdrawals.call("withdrawal of the challenge responses of '" + order.name() + "'", clock, () -> {
                presented.withdraw().ifPresent(again -> {
                    throw again;
                });
                return true;
            });
        } catch (RetryLater e) {
            presented.abandon(e.getMessage());
        } finally {
            lateWithdrawals.release();
        }
    }

    private ValidationResult result(Order order, PresentedChallenges presented) {
        try {
            return retry.call(
                    "the validation",
                    clock,
                    () -> validation.run(order, account(order), presented),
                    RequestTimeout::isCauseOf);
        } catch (RetryLater e) {
            // After a timeout without a retry, the order-service selects a first, short interval.
            Problem problem = RequestTimeout.isCauseOf(e) ? e.problem() : withNextAttempt(e.problem());
            return ValidationResult.forAll(order.identifiers(), problem);
        }
    }

    private AcmeAccount account(Order order) {
        return accounts.of(order.issuer(), AcmeAccounts.Registration.NEVER);
    }

    private static boolean isCaUnavailable(ValidationResult result) {
        return result instanceof ValidationResult.Rejected(List<IdentifierProblem> problems)
                && problems.stream().anyMatch(it -> it.problem().code() == ErrorCode.CA_UNAVAILABLE);
    }

    /**
     * After a timeout the CA may still validate. Without the responses it would count a failure of the names. Another
     * timeout ends the wait, and beyond the maximum no order waits.
     */
    private void awaitDecision(Order order) {
        Semaphore permits = lateDecisions.computeIfAbsent(order.issuer(), issuer -> new Semaphore(MAX_LATE_DECISIONS));
        if (!permits.tryAcquire()) {
            return;
        }
        try {
            validation.await(order, account(order));
        } catch (RetryLater e) {
            LOG.debugf("the CA has not decided order %s: %s", order.orderId(), e.getMessage());
        } finally {
            permits.release();
        }
    }

    private Problem withNextAttempt(Problem problem) {
        return problem.nextAttemptAt().isPresent()
                ? problem
                : problem.nextAttempt(clock.instant().plus(nextAttempt));
    }

    private static String summary(ValidationResult result) {
        return switch (result) {
            case ValidationResult.Authorized authorized -> "authorized";
            case ValidationResult.Rejected(List<IdentifierProblem> problems) ->
                "rejected, "
                        + problems.stream()
                                .map(p -> p.identifier().value() + ": "
                                        + p.problem().code().wireName())
                                .collect(Collectors.joining(", "));
        };
    }

    private static Map<String, String> attributes(Order order) {
        return Map.of(
                "perennial.order.id", order.orderId().toString(),
                "perennial.certificate.id", order.certificateId().toString(),
                "perennial.certificate.name", order.name(),
                "acme.issuer", order.issuer());
    }
}
