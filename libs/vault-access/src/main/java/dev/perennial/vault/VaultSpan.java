package dev.perennial.vault;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.net.URI;
import java.util.function.Supplier;

/** One CLIENT span per call. Its attributes contain the pattern of the path, but no identifier and no value. */
final class VaultSpan {
    private VaultSpan() {}

    static <T> T around(String operation, String pathPattern, URI address, Supplier<T> call) {
        Span span = GlobalOpenTelemetry.getTracer("perennial")
                .spanBuilder("vault " + operation)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("vault.path", pathPattern)
                .setAttribute("server.address", address.getHost())
                .startSpan();
        if (address.getPort() > 0) {
            span.setAttribute("server.port", address.getPort());
        }
        try (var scope = span.makeCurrent()) {
            return call.get();
        } catch (RuntimeException | Error e) {
            // Not recordException: messages contain paths, and spans have many readers.
            span.setAttribute("error.type", e.getClass().getSimpleName());
            span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    /** Keeps the folder and replaces the segments below it, for example {@code hosts/{host}/{id}} for a host copy. */
    static String pattern(SecretPath path) {
        String[] segments = path.value().split("/");
        StringBuilder pattern = new StringBuilder(segments[0]);
        for (int i = 1; i < segments.length; i++) {
            pattern.append(segments[0].equals("hosts") && i == 1 ? "/{host}" : "/{id}");
        }
        return pattern.toString();
    }
}
