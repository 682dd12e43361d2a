package dev.perennial.issuance.issuing;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.platform.messaging.Inlet;
import dev.perennial.platform.messaging.Patience;
import dev.perennial.platform.messaging.Stop;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * The way in for orders whose secrets nobody needs any more: {@code order.failed} is the order-service's last word about an order that
 * came to nothing, {@code order.rehearsed} about a rehearsal, and no attempt can follow that would need the key. Acknowledged when
 * the key is gone, and the rehearsal's bundle with it.
 */
@ApplicationScoped
class GivenUpOrders {
    static final String CHANNEL = "orders";
    static final String WORKER = "given-up";

    private static final Set<EventType> LAST_WORDS = EnumSet.of(EventType.ORDER_FAILED, EventType.ORDER_REHEARSED);
    private static final Logger LOG = Logger.getLogger(GivenUpOrders.class);
    /** A key that outlives its order is a leak nobody would notice, so there is no moment at which to stop trying. */
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Inlet inlet;
    private final OrderKeys keys;
    private final BundleStore bundles;
    private final Patience patience;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    @Inject
    GivenUpOrders(Inlet inlet, SecretStore secrets, IssuanceConfig config, MeterRegistry meters) {
        this.inlet = inlet;
        this.keys = new OrderKeys(secrets);
        this.bundles = new BundleStore(secrets);
        this.patience = new Patience(config.firstPause(), config.longestPause(), FOREVER);
        this.meters = meters;
    }

    @Incoming(CHANNEL)
    @RunOnVirtualThread
    @Blocking(value = WORKER, ordered = false)
    void on(ConsumerRecord<String, byte[]> record) {
        inlet.event(record, LAST_WORDS).ifPresent(event -> {
            if (event.data() instanceof OrderFailed failed) {
                Context received = AuthorizedOrders.received(record);
                Stop.orServe(() -> LogContext.with(failed, () -> destroyKey(event, failed, received)));
            } else if (event.data() instanceof OrderRehearsed rehearsed) {
                Context received = AuthorizedOrders.received(record);
                Stop.orServe(() -> LogContext.with(rehearsed, () -> destroyRehearsal(event, rehearsed, received)));
            }
        });
    }

    private void destroyKey(CloudEvent event, OrderFailed failed, Context received) {
        Spans.inSpan(received, "destroy key", SpanKind.INTERNAL, about(failed), () -> {
            boolean destroyed = patience.insist(
                    "destroying the key of order " + failed.orderId(),
                    clock,
                    () -> keys.giveUp(failed.orderId(), event.time()));
            String found = destroyed ? "destroyed" : "none";
            meters.counter("perennial_given_up_orders_total", "key", found).increment();
            LOG.infof(
                    "order %s was given up at %s (%s); its key: %s",
                    failed.orderId(), event.time(), failed.problem().code().wireName(), found);
            return destroyed;
        });
    }

    /** The mark first: see {@link Issuance} for what may be stored meanwhile. */
    private void destroyRehearsal(CloudEvent event, OrderRehearsed rehearsed, Context received) {
        Spans.inSpan(received, "destroy rehearsal", SpanKind.INTERNAL, about(rehearsed), () -> {
            patience.insist("destroying the rehearsal " + rehearsed.orderId(), clock, () -> {
                keys.giveUp(rehearsed.orderId(), event.time());
                bundles.destroy(Places.ofRehearsal(rehearsed.orderId(), rehearsed.targets()));
                return true;
            });
            meters.counter("perennial_destroyed_rehearsals_total").increment();
            LOG.infof(
                    "the rehearsal %s was over at %s; its key, its bundle and %d copies are destroyed",
                    rehearsed.orderId(), event.time(), rehearsed.targets().size());
            return true;
        });
    }

    private static Map<String, String> about(OrderFact fact) {
        return Map.of(
                "perennial.certificate.id", fact.certificateId().toString(),
                "perennial.order.id", fact.orderId().toString());
    }
}
