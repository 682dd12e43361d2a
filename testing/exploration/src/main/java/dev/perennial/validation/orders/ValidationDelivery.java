package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Order;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selfcheck.ControlResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One delivery of {@code order.placed} to the code of the validation-service. It is in that package because the service
 * publishes nothing of it.
 */
public final class ValidationDelivery {
    private static final MeterRegistry METERS = new SimpleMeterRegistry();

    private final ValidationHandler handler;

    public ValidationDelivery(AcmeAccounts accounts, ChallengeSolver solver, Consumer<CloudEvent> topic, Clock clock) {
        // Retries within a delivery add no state: the order-service resumes the order.
        var noRetries = new Retry(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
        this.handler = new ValidationHandler(
                accounts,
                new OrderValidation(
                        List.of(solver),
                        issuer -> ChallengeRules.none(),
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        ca -> new ControlResult.Reachable(ca.getHost()),
                        2),
                noRetries,
                noRetries,
                Duration.ofMinutes(1),
                new ChallengeUses(),
                topic,
                METERS,
                clock);
    }

    /** Returns when the record may be acknowledged. */
    public void deliver(Order order) {
        handler.handle(order, Context.root());
    }
}
