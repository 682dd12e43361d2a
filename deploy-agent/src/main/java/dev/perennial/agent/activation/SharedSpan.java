package dev.perennial.agent.activation;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;

/** A step that many deployments share: it appears in the trace of each, with their number. */
final class SharedSpan implements AutoCloseable {
    private final List<Span> spans;

    private SharedSpan(List<Span> spans) {
        this.spans = spans;
    }

    static SharedSpan start(String name, List<Activation> activations) {
        return new SharedSpan(activations.stream()
                .map(one -> GlobalOpenTelemetry.getTracer("perennial")
                        .spanBuilder(name)
                        .setParent(one.trace())
                        .setAttribute("perennial.server", one.target().group().name())
                        .setAttribute("perennial.gathered", activations.size())
                        .startSpan())
                .toList());
    }

    void failed(String description) {
        spans.forEach(span -> span.setStatus(StatusCode.ERROR, description));
    }

    @Override
    public void close() {
        spans.forEach(Span::end);
    }
}
