package dev.perennial.agent.proof;

import dev.perennial.agent.targets.Turnover;
import dev.perennial.agent.targets.Verification;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Repeats handshakes until the expected certificate is served steadily at every endpoint or the time limit passes. The
 * number of concurrent handshakes is limited.
 */
public final class ServedCertificateCheck {
    private static final int PARALLEL = 16;
    /** Longer than the worst handshake measured while Apache reloads (1.0 s). */
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);

    /** By endpoint, of which there are as many as in the host file. */
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();

    private final Semaphore permits = new Semaphore(PARALLEL);

    /**
     * @param verifications at least one
     * @param timeout how long to repeat handshakes
     * @param turnover of the server since its reload
     */
    public ProofResult prove(
            List<Verification> verifications,
            ExpectedCertificate expected,
            Duration timeout,
            Turnover turnover,
            Context trace) {
        long deadline = System.nanoTime() + timeout.toNanos();
        return prove(verifications, expected, check -> check.steadily(deadline, turnover), trace);
    }

    /** A single round of handshakes, for a server that was not reloaded. */
    public ProofResult prove(List<Verification> verifications, ExpectedCertificate expected, Context trace) {
        return prove(verifications, expected, EndpointCheck::once, trace);
    }

    private ProofResult prove(
            List<Verification> verifications,
            ExpectedCertificate expected,
            Function<EndpointCheck, EndpointCheck.Result> method,
            Context trace) {
        List<Proof> proofs = new ArrayList<>();
        for (Verification verification : verifications) {
            EndpointCheck check = new EndpointCheck(verification, expected, handshake(Optional.of(expected.leaf())));
            Map<String, String> attributes = Map.of(
                    "server.address",
                    verification.address(),
                    "tls.client.server_name",
                    verification.serverNames(expected.names()).getFirst());
            EndpointCheck.Result result = Spans.inSpan(trace, "handshake", SpanKind.CLIENT, attributes, () -> {
                EndpointCheck.Result one = method.apply(check);
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
                        return handshake(Optional.empty())
                                .perform(EndpointCheck.connections(verification, names)
                                        .getFirst());
                    } catch (EndpointCheck.AddressException e) {
                        return new HandshakeResult.Unreachable(e.getMessage());
                    }
                })
                .toList();
    }

    private OfferedHandshake handshake(Optional<X509Certificate> expected) {
        return new OfferedHandshake(this::perform, expected, offers);
    }

    private HandshakeResult perform(ClientConnection connection, Offer offer) {
        permits.acquireUninterruptibly();
        try {
            return Handshake.perform(connection, offer, HANDSHAKE);
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
