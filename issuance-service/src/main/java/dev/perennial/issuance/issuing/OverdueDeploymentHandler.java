package dev.perennial.issuance.issuing;

import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.Order;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.issuing.BundleStore.Stored;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Handles hosts that do not serve a certificate in time: restores their copies in Vault and publishes
 * {@code certificate.issued} again. Issues nothing and sends no request to the CA. Ignores certificates that have been
 * replaced since.
 */
final class OverdueDeploymentHandler {
    private static final Logger LOG = Logger.getLogger(OverdueDeploymentHandler.class);

    private final BundleStore bundles;
    private final IssuancePublisher topic;
    private final Retry retry;
    private final MeterRegistry meters;
    private final Clock clock = Clock.systemUTC();

    OverdueDeploymentHandler(SecretStore secrets, IssuancePublisher topic, Retry retry, MeterRegistry meters) {
        this.bundles = new BundleStore(secrets);
        this.topic = topic;
        this.retry = retry;
        this.meters = meters;
    }

    void republish(DeploymentOverdue late, Context received) {
        Spans.inSpan(received, "remind hosts", SpanKind.INTERNAL, OrderSecretCleanup.attributes(late), () -> {
            try {
                boolean published = retry.call(
                        "the reminder of " + late.hosts() + " of order " + late.orderId(),
                        clock,
                        () -> republish(late.order()));
                meters.counter("perennial_republished_issuances_total", "outcome", published ? "published" : "replaced")
                        .increment();
                return published;
            } catch (RetryLater e) {
                LOG.warnf(
                        "the reminder of %s of order %s failed; the order-service requests it again: %s",
                        late.hosts(), late.orderId(), e.getMessage());
                return false;
            }
        });
    }

    private boolean republish(Order order) {
        BundlePaths paths = BundlePaths.of(order);
        Optional<Stored> stored = bundles.read(paths.own()).filter(existing -> existing.isOf(order.orderId()));
        stored.ifPresent(existing -> {
            bundles.copy(paths.copies(), existing.bundle(), false);
            topic.issued(existing.fact(order));
        });
        return stored.isPresent();
    }
}
