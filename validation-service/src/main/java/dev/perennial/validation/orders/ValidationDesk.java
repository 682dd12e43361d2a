package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Patience;
import dev.perennial.platform.messaging.Stop;
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
final class ValidationDesk {
    private static final Logger LOG = Logger.getLogger(ValidationDesk.class);
    private static final URI SOURCE = URI.create("/perennial/validation-service");

    private final AcmeAccounts accounts;
    private final OrderValidation validation;
    private final Patience patience;
    private final Duration nextAttempt;
    private final Consumer<CloudEvent> results;
    private final MeterRegistry meters;
    private final Clock clock;

    ValidationDesk(
            AcmeAccounts accounts,
            OrderValidation validation,
            Patience patience,
            Duration nextAttempt,
            Consumer<CloudEvent> results,
            MeterRegistry meters,
            Clock clock) {
        this.accounts = accounts;
        this.validation = validation;
        this.patience = patience;
        this.nextAttempt = nextAttempt;
        this.results = results;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Returns when the result is on Kafka.
     *
     * @throws Stop.CutOff where nothing was told because the service is being stopped
     * @throws RuntimeException a defect: the order-service has been told, and the record belongs among the dead letters
     */
    void serve(Order order, Context received) {
        Instant start = clock.instant();
        Presented presented = new Presented();
        Spans.inSpan(received, "validate order", SpanKind.INTERNAL, attributes(order), () -> {
            try {
                Verdict verdict = verdict(order, presented);
                tell(order, verdict, start);
                takeBack(order, presented);
                return verdict;
            } catch (RuntimeException defect) {
                if (Stop.isUnderWay()) {
                    throw new Stop.CutOff();
                }
                LOG.errorf(
                        "ALARM: a defect ended the validation of '%s'; its record goes to the dead letters",
                        order.name());
                tell(order, Verdict.forAll(order.identifiers(), problem(defect)), start);
                presented.withdraw();
                throw defect;
            }
        });
    }

    private void tell(Order order, Verdict verdict, Instant start) {
        if (verdict instanceof Verdict.Rejected && Stop.isUnderWay()) {
            throw new Stop.CutOff();
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
    private void takeBack(Order order, Presented presented) {
        // Who is stopped leaves it to the next delivery: the CA may look meanwhile, and other replicas can answer.
        if (Stop.isUnderWay() && !presented.isEmpty()) {
            throw new Stop.CutOff();
        }
        try {
            patience.insist("taking back what was presented for '" + order.name() + "'", clock, () -> {
                presented.withdraw().ifPresent(away -> {
                    throw away;
                });
                return true;
            });
        } catch (RetryLater e) {
            presented.leaveBehind(e.getMessage());
        }
    }

    private Verdict verdict(Order order, Presented presented) {
        try {
            return patience.insist("the validation", clock, () -> {
                var account = accounts.of(order.issuer(), AcmeAccounts.Registration.NEVER);
                return validation.run(order, account, presented);
            });
        } catch (RetryLater e) {
            return Verdict.forAll(order.identifiers(), withNextAttempt(e.problem()));
        }
    }

    private Problem withNextAttempt(Problem problem) {
        return problem.nextAttemptAt().isPresent()
                ? problem
                : problem.nextAttempt(clock.instant().plus(nextAttempt));
    }

    private static String told(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authorized authorized -> "authorized";
            case Verdict.Rejected(List<IdentifierProblem> problems) ->
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
