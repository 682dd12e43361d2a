package dev.perennial.platform.telemetry;

import dev.perennial.events.Event;
import dev.perennial.events.OrderFact;
import org.jboss.logging.MDC;

/** Adds fields to every log line that is written while an event is processed. */
public final class LogContext {
    public static final String CERTIFICATE_ID = "certificateId";
    public static final String ORDER_ID = "orderId";

    private LogContext() {}

    /** Runs {@code work} with the certificate and order id of the event on every log line. */
    public static void with(Event event, Runnable work) {
        if (event instanceof OrderFact fact) {
            MDC.put(CERTIFICATE_ID, fact.certificateId().toString());
            MDC.put(ORDER_ID, fact.orderId().toString());
        }
        try {
            work.run();
        } finally {
            MDC.remove(CERTIFICATE_ID);
            MDC.remove(ORDER_ID);
        }
    }
}
