package dev.perennial.agent.proof;

import dev.perennial.agent.targets.Verification;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Repeats handshakes until the expected certificate is served steadily at every endpoint or the time limit passes. The
 * number of concurrent handshakes is limited.
 */
public final class ServedCertificateCheck {
    private static final int PARALLEL = 16;
    /** Longer than the worst handshake measured while Apache reloads (1.0 s). */
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);

    private final Semaphore permits = new Semaphore(PARALLEL);

    /**
     * @param verifications at least one
     * @param timeout how long to repeat handshakes; zero for a single round, when nothing was reloaded
     */
    public ProofResult prove(
            List<Verification> verifications, ExpectedCertificate expected, Duration timeout, Context trace) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<Proof> proofs = new ArrayList<>();
        for (Verification verification : verifications) {
            EndpointCheck check = new EndpointCheck(verification, expected, this::perform);
            Map<String, String> attributes = Map.of(
                    "server.address",
                    verification.address(),
                    "tls.client.server_name",
                    verification.serverNames(expected.names()).getFirst());
            EndpointCheck.Result result = Spans.inSpan(trace, "handshake", SpanKind.CLIENT, attributes, () -> {
                EndpointCheck.Result one = timeout.isZero() ? check.once() : check.steadily(deadline);
                describe(verification, one);
                return one;
            });
            switch (result) {
                case EndpointCheck.Result.Match match -> proofs.add(match.proof());
                case EndpointCheck.Result.NoMatch none -> {
                    return new ProofResult.Unproven(none.evidence());
                }
            }
        }
        return new ProofResult.Proven(proofs);
    }

    /** One handshake for each verification, with one name; returns what is served. */
    public List<HandshakeResult> handshakes(List<Verification> verifications, List<String> names) {
        return verifications.stream()
                .map(verification -> {
                    try {
                        return perform(
                                EndpointCheck.connections(verification, names).getFirst());
                    } catch (EndpointCheck.AddressException e) {
                        return new HandshakeResult.Unreachable(e.getMessage());
                    }
                })
                .toList();
    }

    private HandshakeResult perform(ClientConnection connection) {
        permits.acquireUninterruptibly();
        try {
            return Handshake.perform(connection, HANDSHAKE);
        } finally {
            permits.release();
        }
    }

    private static void describe(Verification verification, EndpointCheck.Result result) {
        Span span = Span.current();
        span.setAttribute("server.port", verification.port());
        span.setAttribute("perennial.handshake.attempts", result.handshakes());
        span.setAttribute("perennial.fingerprint.match", result instanceof EndpointCheck.Result.Match);
        switch (result) {
            case EndpointCheck.Result.Match match ->
                span.setAttribute("tls.protocol.version", match.proof().tlsVersion());
            case EndpointCheck.Result.NoMatch none ->
                span.setStatus(StatusCode.ERROR, "the expected certificate was not served");
        }
    }
}
