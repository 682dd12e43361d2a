package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.OrderId;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Records facts that do not count, because their writer may not publish them or their claims are false. Its writer can
 * repeat such a fact at any rate, so an order gets one timeline entry, and the log one line per minute.
 */
@Singleton
public class RefusedFacts {
    private static final Logger LOG = Logger.getLogger(RefusedFacts.class);
    private static final String ENTRY = "fact.refused";

    private final MeterRegistry meters;
    private final LimitedLog log = new LimitedLog();

    @Inject
    public RefusedFacts(MeterRegistry meters) {
        this.meters = meters;
    }

    /** @param order an order of the certificate */
    public void record(
            Handle tx, CloudEvent event, CertificateId certificate, OrderId order, String reason, Instant now) {
        String type = event.type().wireName();
        meters.counter("perennial_refused_inputs_total", "input", type).increment();
        log.ifDue(skipped -> LOG.errorf(
                "ALARM: refused %s about order %s: %s. The order is unchanged; %d more facts were refused since the last line."
                        + " Check who may write to %s; see docs/operating/kafka.md#refused-facts",
                type, order, reason, skipped, event.type().topic().topicName()));
        Timeline timeline = new Timeline(tx);
        if (!timeline.contains(certificate, order, ENTRY)) {
            timeline.add(
                    certificate,
                    new Timeline.Entry(
                            now, order, ENTRY, Map.of("type", type, "reason", reason), Outbox.SYSTEM, Spans.traceId()));
        }
    }
}
