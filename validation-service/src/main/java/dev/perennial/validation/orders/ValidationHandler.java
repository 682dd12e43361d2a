package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Takes an order through tries and patience to the one fact that is told about it. */
final class ValidationHandler {
    private static final Logger LOG = Logger.getLogger(ValidationHandler.class);
    private static final URI SOURCE = URI.create("/perennial/validation-service");

    private final AcmeAccounts accounts;
    private final OrderValidation validation;
    private final Retry retry;
    private final Duration nextAttempt;
    private final Consumer<CloudEvent> results;
    private final MeterRegistry meters;
    private final Clock clock;

    ValidationHandler(
            AcmeAccounts accounts,
            OrderValidation validation,
            Retry retry,
            Duration nextAttempt,
            Consumer<CloudEvent> results,
            MeterRegistry meters,
            Clock clock) {
        this.accounts = accounts;
        this.validation = validation;
        this.retry = retry;
        this.nextAttempt = nextAttempt;
        this.results = results;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Returns when the result is on Kafka.
     *
     * @throws Shutdown.WorkInterrupted where nothing was told because the service is being stopped
     * @throws RuntimeException a defect: the order-service has been told, and the record belongs among the dead letters
     */
    void serve(Order order, Context received) {
        Instant start = clock.instant();
        PresentedChallenges presented = new PresentedChallenges();
        Spans.inSpan(received, "validate order", SpanKind.INTERNAL, attributes(order), () -> {
            try {
                ValidationResult verdict = verdict(order, presented);
                tell(order, verdict, start);
                takeBack(order, presented);
                return verdict;
            } catch (RuntimeException defect) {
                if (Shutdown.isUnderWay()) {
                    throw new Shutdown.WorkInterrupted();
                }
                LOG.errorf(
                        "ALARM: a defect ended the validation of '%s'; its record goes to the dead letters",
                        order.name());
                tell(order, ValidationResult.forAll(order.identifiers(), problem(defect)), start);
                presented.withdraw();
                throw defect;
            }
        });
    }

    private void tell(Order order, ValidationResult verdict, Instant start) {
        if (verdict instanceof ValidationResult.Rejected && Shutdown.isUnderWay()) {
            throw new Shutdown.WorkInterrupted();
        }
        results.accept(CloudEvent.about(order.certificateId().toString(), SOURCE, verdict.about(order), clock));
        meters.counter("perennial_validations_total", "outcome", verdict.outcome())
                .increment();
        LOG.infof(
                "order %s of %s: %s after %d ms",
                order.orderId(),
                order.name(),
                told(verdict),
                Duration.between(start, clock.instant()).toMillis());
    }

    /** Without the message: it was not written for other people's eyes. */
    private static Problem problem(RuntimeException defect) {
        return Problem.of(
                ErrorCode.INTERNAL,
                "a defect of the validation-service; its log has the cause under the order's trace id, the dead letters have the record",
                defect.getClass().getSimpleName());
    }

    /** The result is told and nobody waits any more. Until it is done the record is not acknowledged: another delivery would do it. */
    private void takeBack(Order order, PresentedChallenges presented) {
        // Who is stopped leaves it to the next delivery: the CA may look meanwhile, and other replicas can answer.
        if (Shutdown.isUnderWay() && !presented.isEmpty()) {
            throw new Shutdown.WorkInterrupted();
        }
        try {
            retry.call("taking back what was presented for '" + order.name() + "'", clock, () -> {
                presented.withdraw().ifPresent(away -> {
                    throw away;
                });
                return true;
            });
        } catch (RetryLater e) {
            presented.leaveBehind(e.getMessage());
        }
    }

    private ValidationResult verdict(Order order, PresentedChallenges presented) {
        try {
            return retry.call("the validation", clock, () -> {
                var account = accounts.of(order.issuer(), AcmeAccounts.Registration.NEVER);
                return validation.run(order, account, presented);
            });
        } catch (RetryLater e) {
            return ValidationResult.forAll(order.identifiers(), withNextAttempt(e.problem()));
        }
    }

    private Problem withNextAttempt(Problem problem) {
        return problem.nextAttemptAt().isPresent()
                ? problem
                : problem.nextAttempt(clock.instant().plus(nextAttempt));
    }

    private static String told(ValidationResult verdict) {
        return switch (verdict) {
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
