package dev.perennial.platform.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Spans, and the trace context in database rows and Kafka records: one trace from request to handshake. */
public final class Spans {
    public static final String TRACEPARENT = "traceparent";

    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier.get(key);
        }
    };
    private static final TextMapSetter<Map<String, String>> SETTER = Map::put;

    private Spans() {}

    /**
     * Runs {@code work} in a child of the current span. An exception sets the span's status to the class name, never
     * the message.
     */
    public static <T> T inSpan(String name, SpanKind kind, Map<String, String> attributes, Supplier<T> work) {
        return inSpan(Context.current(), name, kind, attributes, work);
    }

    public static <T> T inSpan(
            Context parent, String name, SpanKind kind, Map<String, String> attributes, Supplier<T> work) {
        Span span = GlobalOpenTelemetry.getTracer("perennial")
                .spanBuilder(name)
                .setParent(parent)
                .setSpanKind(kind)
                .startSpan();
        attributes.forEach(span::setAttribute);
        Initiators.of(parent).ifPresent(initiator -> span.setAttribute(Initiators.ATTRIBUTE, initiator.id()));
        try (var scope = parent.with(span).makeCurrent()) {
            return work.get();
        } catch (RuntimeException | Error e) {
            // Not recordException: the message may contain data from a remote party, and many people can read spans.
            span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    public static void inSpan(String name, SpanKind kind, Map<String, String> attributes, Runnable work) {
        inSpan(name, kind, attributes, () -> {
            work.run();
            return null;
        });
    }

    /** The W3C {@code traceparent} of a context; empty if it has no valid span. */
    public static Optional<String> traceparent(Context context) {
        Map<String, String> carrier = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(context, carrier, SETTER);
        return Optional.ofNullable(carrier.get(TRACEPARENT));
    }

    /** The context of a {@code traceparent}; the root context if it is missing or malformed. */
    public static Context context(Optional<String> traceparent) {
        return traceparent
                .map(value -> W3CTraceContextPropagator.getInstance()
                        .extract(Context.root(), Map.of(TRACEPARENT, value), GETTER))
                .orElse(Context.root());
    }

    /** The current trace id in hex; empty if there is no valid span. */
    public static Optional<String> traceId() {
        var context = Span.current().getSpanContext();
        return context.isValid() ? Optional.of(context.getTraceId()) : Optional.empty();
    }
}
