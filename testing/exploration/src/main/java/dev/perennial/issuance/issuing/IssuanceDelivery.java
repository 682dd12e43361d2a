package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Order;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One delivery of {@code order.authorized} to the code of the issuance-service. It is in that package because the
 * service publishes nothing of it.
 */
public final class IssuanceDelivery {
    private static final MeterRegistry METERS = new SimpleMeterRegistry();

    private final IssuanceHandler handler;

    public IssuanceDelivery(
            AcmeAccounts accounts,
            SecretStore secrets,
            Consumer<CloudEvent> topic,
            CertificateKeyGenerator keys,
            Clock clock) {
        var publisher = new IssuancePublisher(topic, clock);
        var issuance = new Issuance(accounts, secrets, publisher, clock, Duration.ZERO, Duration.ofSeconds(1));
        // Retries within a delivery add no state: the order-service resumes the order.
        var noRetries = new Retry(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
        this.handler = new IssuanceHandler(issuance, publisher, keys, noRetries, Duration.ofMinutes(5), METERS, clock);
    }

    /** Returns when the record may be acknowledged. */
    public void deliver(Order order) {
        handler.handle(order, Context.root());
    }
}
