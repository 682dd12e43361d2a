package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Order;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
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
        this.handler = new IssuanceHandler(issuance, publisher, keys, new NoRetries(), METERS, clock);
    }

    /** Returns when the record may be acknowledged. */
    public void deliver(Order order) {
        handler.handle(order, Context.root());
    }

    /** Retries within a delivery add no state: the order-service resumes the order. */
    private record NoRetries() implements IssuanceConfig {
        @Override
        public int maxConcurrency() {
            return 1;
        }

        @Override
        public Duration firstPollInterval() {
            return Duration.ZERO;
        }

        @Override
        public Duration issueTimeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration initialRetryInterval() {
            return Duration.ofMillis(1);
        }

        @Override
        public Duration maxRetryInterval() {
            return Duration.ofMillis(1);
        }

        @Override
        public Duration retryTimeout() {
            return Duration.ZERO;
        }

        @Override
        public Duration nextAttemptInterval() {
            return Duration.ofMinutes(5);
        }
    }
}
