package dev.perennial.platform.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.EventCodec;
import io.opentelemetry.api.trace.Span;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * Writes console logs as one JSON object a line, with trace id, certificate id and order id at the top level. Quarkus'
 * own JSON extension nests them below {@code mdc} (see ADR 5), so this formatter is installed at start.
 */
@ApplicationScoped
class JsonLogs {
    void install(@Observes @Priority(1) StartupEvent start) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            install(handler);
        }
    }

    private static void install(Handler handler) {
        if (handler instanceof ConsoleHandler) {
            handler.setFormatter(new JsonFormatter());
        } else if (handler instanceof org.jboss.logmanager.ExtHandler outer && outer.getHandlers() != null) {
            for (Handler inner : outer.getHandlers()) {
                install(inner);
            }
        }
    }

    static final class JsonFormatter extends ExtFormatter {
        @Override
        public String format(ExtLogRecord record) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("timestamp", Instant.ofEpochMilli(record.getMillis()).toString());
            line.put("level", record.getLevel().getName());
            line.put("logger", record.getLoggerName());
            line.put("thread", record.getThreadName());
            line.put("message", formatMessage(record));
            var span = Span.current().getSpanContext();
            if (span.isValid()) {
                line.put("traceId", span.getTraceId());
                line.put("spanId", span.getSpanId());
            }
            record.getMdcCopy().forEach(line::putIfAbsent);
            if (record.getThrown() != null) {
                line.put("error", stackTrace(record.getThrown()));
            }
            try {
                return EventCodec.mapper().writeValueAsString(line) + System.lineSeparator();
            } catch (JsonProcessingException e) {
                return "{\"level\":\"ERROR\",\"message\":\"a log line could not be written as JSON\"}"
                        + System.lineSeparator();
            }
        }

        private static String stackTrace(Throwable thrown) {
            var text = new java.io.StringWriter();
            thrown.printStackTrace(new java.io.PrintWriter(text));
            return text.toString();
        }
    }
}
