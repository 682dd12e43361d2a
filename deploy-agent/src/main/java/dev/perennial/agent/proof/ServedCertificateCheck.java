package dev.perennial.agent.proof;

import dev.perennial.agent.targets.ProbeTarget;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * Repeats handshakes until the expected certificate is served steadily or the time limit passes. The number of
 * concurrent checks is limited.
 */
public final class ServedCertificateCheck {
    private static final int PARALLEL = 16;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
    /** Longer than the worst handshake measured while Apache reloads (1.0 s). */
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);

    /**
     * Two handshakes in a row, this far apart, must show the certificate. While nginx reloads, old and new workers
     * accept connections for 100 ms and more, so one handshake with a new worker proves nothing about the next client.
     */
    private static final Duration STEADY = Duration.ofMillis(240);

    private final Semaphore permits = new Semaphore(PARALLEL);

    /**
     * @param fingerprint SHA-256 of the leaf's DER that must be served
     * @param timeout how long to repeat handshakes; zero for a single one, when nothing was reloaded
     */
    public ProofResult prove(
            ProbeTarget probe, String serverName, String fingerprint, Duration timeout, Context trace) {
        Map<String, String> attributes =
                Map.of("server.address", probe.address(), "tls.client.server_name", serverName);
        return Spans.inSpan(trace, "handshake", SpanKind.CLIENT, attributes, () -> {
            Span.current().setAttribute("server.port", probe.port());
            return poll(probe, serverName, fingerprint, timeout);
        });
    }

    /** A single handshake; returns what is served. */
    public HandshakeResult handshake(ProbeTarget probe, String serverName) {
        permits.acquireUninterruptibly();
        try {
            return Handshake.perform(probe, serverName, HANDSHAKE);
        } finally {
            permits.release();
        }
    }

    private ProofResult poll(ProbeTarget probe, String serverName, String fingerprint, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Duration pause = FIRST_PAUSE;
        OptionalLong since = OptionalLong.empty();
        for (int attempt = 1; ; attempt++) {
            HandshakeResult result = handshake(probe, serverName);
            long now = System.nanoTime();
            boolean match = result instanceof HandshakeResult.Served served
                    && served.fingerprint().equals(fingerprint);
            if (match) {
                since = since.isPresent() ? since : OptionalLong.of(now);
                if (timeout.isZero() || now - since.getAsLong() >= STEADY.toNanos()) {
                    return conclude(probe, serverName, fingerprint, result, true, attempt);
                }
                sleep(STEADY);
                continue;
            }
            since = OptionalLong.empty();
            if (now + pause.toNanos() >= deadline) {
                return conclude(probe, serverName, fingerprint, result, false, attempt);
            }
            sleep(pause);
            Duration longer = pause.multipliedBy(3).dividedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
        }
    }

    private static ProofResult conclude(
            ProbeTarget probe,
            String serverName,
            String fingerprint,
            HandshakeResult result,
            boolean match,
            int attempts) {
        Span span = Span.current();
        span.setAttribute("perennial.handshake.attempts", attempts);
        span.setAttribute("perennial.fingerprint.match", match);
        if (!match) {
            span.setStatus(StatusCode.ERROR, "the expected certificate was not served");
        }
        String where = "at " + probe.endpoint() + " for '" + serverName + "' ";
        return switch (result) {
            case HandshakeResult.Served served -> {
                span.setAttribute("tls.protocol.version", served.protocol());
                yield match
                        ? new ProofResult.Proven(probe.endpoint(), serverName, served.protocol())
                        : new ProofResult.Unproven(where + "the certificate " + served.fingerprint()
                                + " was served over " + served.protocol() + " instead of " + fingerprint + " ("
                                + attempts + " handshakes)");
            }
            case HandshakeResult.HandshakeFailed failed ->
                new ProofResult.Unproven(where + nothing(failed.reason(), attempts));
            case HandshakeResult.Unreachable unreachable ->
                new ProofResult.Unproven(where + nothing(unreachable.reason(), attempts));
        };
    }

    private static String nothing(String reason, int attempts) {
        return "no handshake: " + reason + " (" + attempts + " handshakes)";
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the handshake proof", e);
        }
    }
}
