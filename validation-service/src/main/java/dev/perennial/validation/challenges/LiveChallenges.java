package dev.perennial.validation.challenges;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.Identifier;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * The challenge responses of all replicas, by token (the key of an http-01 request) and by identifier (the only key of
 * a tls-alpn-01 handshake).
 */
@ApplicationScoped
public class LiveChallenges {
    static final int MAX_WAITERS = 512;
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Response> responses = new ConcurrentHashMap<>();
    private final Map<Identifier, Set<String>> tokens = new ConcurrentHashMap<>();
    private final PendingRequests<String> byToken = new PendingRequests<>(MAX_WAITERS);
    private final PendingRequests<Identifier> byIdentifier = new PendingRequests<>(MAX_WAITERS);
    private final AtomicReference<Instant> sweptAt;

    @Inject
    LiveChallenges(MeterRegistry meters) {
        this(() -> Instant.ofEpochSecond(0, System.nanoTime()));
        meters.gauge("perennial_live_challenges", responses, Map::size);
    }

    /** @param clock only differences of its times are used; a monotonic one in production */
    public LiveChallenges(InstantSource clock) {
        this.clock = clock;
        this.sweptAt = new AtomicReference<>(clock.instant());
    }

    /**
     * @param writerExpiry the expiry by the clock of the writer; the latest response of a name is served
     * @param ends by the clock of this replica, because the one of the writer may be wrong by hours
     */
    private record Response(
            String token,
            String keyAuthorization,
            Optional<Identifier> handshake,
            Instant writerExpiry,
            Instant ends) {}

    /**
     * Ignores an expired response, and one of dns-01: the DNS servers have it.
     *
     * @param length from its publication to its expiry
     */
    public void put(ChallengePresented presented, Duration length) {
        if (presented.challengeType().equals(Authorization.Challenge.DNS_01)) {
            return;
        }
        Optional<Identifier> handshake = Optional.of(presented.identifier())
                .filter(any -> presented.challengeType().equals(Authorization.Challenge.TLS_ALPN_01));
        put(new Response(
                presented.token(),
                presented.keyAuthorization(),
                handshake,
                presented.expires(),
                clock.instant().plus(length)));
    }

    /** Adds an http-01 response. */
    public void put(String token, String keyAuthorization, Duration length) {
        Instant ends = clock.instant().plus(length);
        put(new Response(token, keyAuthorization, Optional.empty(), ends, ends));
    }

    private void put(Response response) {
        Instant now = clock.instant();
        if (!response.ends().isAfter(now)) {
            return;
        }
        remove(response.token());
        responses.put(response.token(), response);
        byToken.arrived(response.token(), response.keyAuthorization());
        response.handshake().ifPresent(identifier -> {
            tokens.compute(identifier, (key, current) -> with(current, response.token()));
            byIdentifier.arrived(identifier, response.keyAuthorization());
        });
        sweep(now);
    }

    public void remove(String token) {
        Response removed = responses.remove(token);
        if (removed != null) {
            removed.handshake()
                    .ifPresent(identifier ->
                            tokens.computeIfPresent(identifier, (key, current) -> without(current, token)));
        }
    }

    public Optional<String> find(String token) {
        return live(Stream.of(token));
    }

    /**
     * The response to a tls-alpn-01 handshake. The handshake contains no token, so of two orders for one identifier
     * only the one presented last gets a response, on every replica.
     */
    public Optional<String> find(Identifier identifier) {
        return live(tokens.getOrDefault(identifier, Set.of()).stream());
    }

    private Optional<String> live(Stream<String> named) {
        Instant now = clock.instant();
        return named.flatMap(token -> Stream.ofNullable(responses.get(token)))
                .filter(response -> response.ends().isAfter(now))
                .max(Comparator.comparing(Response::writerExpiry).thenComparing(Response::token))
                .map(Response::keyAuthorization);
    }

    /**
     * Waits for a response that another replica may have just presented: completes when it arrives, or empty after the
     * timeout. If too many requests wait, it completes as empty at once.
     */
    public CompletionStage<Optional<String>> find(String token, Duration timeout) {
        return byToken.await(token, this::find, timeout);
    }

    /** Like {@link #find(Identifier)}, with the same wait. */
    public CompletionStage<Optional<String>> find(Identifier identifier, Duration timeout) {
        return byIdentifier.await(identifier, this::find, timeout);
    }

    private static Set<String> with(Set<String> current, String token) {
        Set<String> all = current == null ? ConcurrentHashMap.newKeySet() : current;
        all.add(token);
        return all;
    }

    private static Set<String> without(Set<String> current, String token) {
        current.remove(token);
        return current.isEmpty() ? null : current;
    }

    int size() {
        return responses.size();
    }

    /** Removes the expired responses of a replica that crashed before it could withdraw them. */
    private void sweep(Instant now) {
        Instant last = sweptAt.get();
        if (last.plus(SWEEP_INTERVAL).isBefore(now) && sweptAt.compareAndSet(last, now)) {
            responses.values().stream()
                    .filter(response -> !response.ends().isAfter(now))
                    .map(Response::token)
                    .toList()
                    .forEach(this::remove);
        }
    }
}
