package dev.perennial.agent.activation;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;

/** Work that is done once for many deployments: it appears in the trace of each, with how many shared it. */
final class SharedSpan implements AutoCloseable {
    private final List<Span> spans;

    private SharedSpan(List<Span> spans) {
        this.spans = spans;
    }

    static SharedSpan start(String name, List<Activation> sharers) {
        return new SharedSpan(sharers.stream()
                .map(one -> GlobalOpenTelemetry.getTracer("perennial")
                        .spanBuilder(name)
                        .setParent(one.trace())
                        .setAttribute("perennial.server", one.site().server().name())
                        .setAttribute("perennial.gathered", sharers.size())
                        .startSpan())
                .toList());
    }

    void failed(String why) {
        spans.forEach(span -> span.setStatus(StatusCode.ERROR, why));
    }

    @Override
    public void close() {
        spans.forEach(Span::end);
    }
}
