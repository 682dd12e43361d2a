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
 * The answers that are live on this replica, whoever presented them: by token, which is what an http-01 request names, and
 * by identifier, which is all that a tls-alpn-01 handshake names.
 */
@ApplicationScoped
public class LiveChallenges {
    static final int MOST_WAITERS = 512;
    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<Identifier, Set<String>> tokens = new ConcurrentHashMap<>();
    private final PendingRequests<String> byToken = new PendingRequests<>(MOST_WAITERS);
    private final PendingRequests<Identifier> byIdentifier = new PendingRequests<>(MOST_WAITERS);
    private final AtomicReference<Instant> swept;

    @Inject
    LiveChallenges(MeterRegistry meters) {
        this(InstantSource.system());
        meters.gauge("perennial_challenges_live", answers, Map::size);
    }

    public LiveChallenges(InstantSource clock) {
        this.clock = clock;
        this.swept = new AtomicReference<>(clock.instant());
    }

    private record Answer(String token, String keyAuthorization, Optional<Identifier> handshake, Instant expires) {}

    /** An answer that has expired is not taken. */
    public void put(ChallengePresented presented) {
        Optional<Identifier> handshake = Optional.of(presented.identifier())
                .filter(any -> presented.challengeType().equals(Authorization.Challenge.TLS_ALPN_01));
        put(new Answer(presented.token(), presented.keyAuthorization(), handshake, presented.expires()));
    }

    /** The same for an answer that only a token asks for. */
    public void put(String token, String keyAuthorization, Instant expires) {
        put(new Answer(token, keyAuthorization, Optional.empty(), expires));
    }

    private void put(Answer answer) {
        Instant now = clock.instant();
        if (!answer.expires().isAfter(now)) {
            return;
        }
        remove(answer.token());
        answers.put(answer.token(), answer);
        byToken.arrived(answer.token(), answer.keyAuthorization());
        answer.handshake().ifPresent(identifier -> {
            tokens.compute(identifier, (any, some) -> with(some, answer.token()));
            byIdentifier.arrived(identifier, answer.keyAuthorization());
        });
        sweep(now);
    }

    public void remove(String token) {
        Answer gone = answers.remove(token);
        if (gone != null) {
            gone.handshake()
                    .ifPresent(identifier -> tokens.computeIfPresent(identifier, (any, some) -> without(some, token)));
        }
    }

    public Optional<String> find(String token) {
        return live(Stream.of(token));
    }

    /**
     * What a tls-alpn-01 handshake for an identifier is answered with. It says no token, so that of two orders for one
     * identifier only one can be answered: the one presented last, on every replica.
     */
    public Optional<String> find(Identifier identifier) {
        return live(tokens.getOrDefault(identifier, Set.of()).stream());
    }

    private Optional<String> live(Stream<String> named) {
        Instant now = clock.instant();
        return named.flatMap(token -> Stream.ofNullable(answers.get(token)))
                .filter(answer -> answer.expires().isAfter(now))
                .max(Comparator.comparing(Answer::expires).thenComparing(Answer::token))
                .map(Answer::keyAuthorization);
    }

    /**
     * The same, but an answer that is not here may be on its way from another replica: completes when it arrives, or
     * empty after {@code patience}. Only so many may wait; the others are told at once.
     */
    public CompletionStage<Optional<String>> find(String token, Duration patience) {
        return byToken.await(token, this::find, patience);
    }

    /** {@link #find(Identifier)} with the same patience. */
    public CompletionStage<Optional<String>> find(Identifier identifier, Duration patience) {
        return byIdentifier.await(identifier, this::find, patience);
    }

    private static Set<String> with(Set<String> some, String token) {
        Set<String> all = some == null ? ConcurrentHashMap.newKeySet() : some;
        all.add(token);
        return all;
    }

    private static Set<String> without(Set<String> some, String token) {
        some.remove(token);
        return some.isEmpty() ? null : some;
    }

    int size() {
        return answers.size();
    }

    /** Answers are withdrawn one by one; this is for those whose owner died. */
    private void sweep(Instant now) {
        Instant last = swept.get();
        if (last.plus(SWEEP).isBefore(now) && swept.compareAndSet(last, now)) {
            answers.values().stream()
                    .filter(answer -> !answer.expires().isAfter(now))
                    .map(Answer::token)
                    .toList()
                    .forEach(this::remove);
        }
    }
}
