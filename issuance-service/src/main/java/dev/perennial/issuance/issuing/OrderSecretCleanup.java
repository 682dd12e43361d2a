package dev.perennial.issuance.issuing;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Destroys the secrets of finished orders. {@code order.failed} is the final event of an order without a certificate,
 * and {@code order.rehearsed} that of a rehearsal; no later attempt needs the key. A call returns when the key, and the
 * bundle of a rehearsal, are destroyed.
 */
final class OrderSecretCleanup {
    private static final Logger LOG = Logger.getLogger(OrderSecretCleanup.class);
    /** Unlimited: no monitoring detects a key that outlives its order, so the destruction is never abandoned. */
    private static final Duration UNLIMITED = Duration.ofDays(10_000);

    private final OrderKeyStore keys;
    private final BundleStore bundles;
    private final Retry retry;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    /** @param retry its limit is not used */
    OrderSecretCleanup(SecretStore secrets, Retry retry, MeterRegistry meters) {
        this.keys = new OrderKeyStore(secrets);
        this.bundles = new BundleStore(secrets);
        this.retry = new Retry(retry.first(), retry.longest(), UNLIMITED);
        this.meters = meters;
    }

    void destroyKey(CloudEvent event, OrderFailed failed, Context received) {
        Spans.inSpan(received, "destroy key", SpanKind.INTERNAL, attributes(failed), () -> {
            boolean destroyed = retry.call(
                    "the destruction of the key of order " + failed.orderId(),
                    clock,
                    () -> keys.abandon(failed.orderId(), event.time()));
            String found = destroyed ? "destroyed" : "none";
            meters.counter("perennial_abandoned_orders_total", "key", found).increment();
            LOG.infof(
                    "order %s was abandoned at %s (%s); its key: %s",
                    failed.orderId(), event.time(), failed.problem().code().wireName(), found);
            return destroyed;
        });
    }

    /** Writes the marker first: see {@link Issuance} for the race with an issuance. */
    void destroyRehearsal(CloudEvent event, OrderRehearsed rehearsed, Context received) {
        Spans.inSpan(received, "destroy rehearsal", SpanKind.INTERNAL, attributes(rehearsed), () -> {
            retry.call("the destruction of the rehearsal " + rehearsed.orderId(), clock, () -> {
                keys.abandon(rehearsed.orderId(), event.time());
                bundles.destroy(BundlePaths.ofRehearsal(rehearsed.orderId(), rehearsed.targets()));
                return true;
            });
            meters.counter("perennial_destroyed_rehearsal_secrets_total").increment();
            LOG.infof(
                    "the rehearsal %s ended at %s; its key, its bundle and %d copies are destroyed",
                    rehearsed.orderId(), event.time(), rehearsed.targets().size());
            return true;
        });
    }

    static Map<String, String> attributes(OrderFact fact) {
        return Map.of(
                "perennial.certificate.id", fact.certificateId().toString(),
                "perennial.order.id", fact.orderId().toString());
    }
}
