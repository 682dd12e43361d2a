package dev.perennial.validation.challenges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ChallengePresented;
import dev.perennial.events.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LiveChallengesTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private Instant now = Instant.parse("2026-11-21T09:00:00Z");
    private final LiveChallenges live = new LiveChallenges(() -> now);

    @Test
    void findsALiveResponse() {
        live.put("token", "answer", Duration.ofSeconds(60));
        assertThat(live.find("token")).contains("answer");
        live.remove("token");
        assertThat(live.find("token")).isEmpty();
    }

    @Test
    void answersNoRequestWithAResponseOfDns01() {
        Identifier name = Identifier.dns("a.example.com");
        var early = waiting("token", LONG);
        live.put(
                new ChallengePresented("token", "answer", name, "dns-01", now.plusSeconds(60), Optional.of("ca")),
                Duration.ofSeconds(60));

        assertThat(live.find("token")).isEmpty();
        assertThat(live.find(name)).isEmpty();
        assertThat(early).isNotDone();
        assertThat(live.size()).isZero();
    }

    @Test
    void ignoresExpiredResponses() {
        live.put("token", "answer", Duration.ofSeconds(60));
        live.put("late", "answer", Duration.ZERO);
        now = now.plusSeconds(60);
        assertThat(live.find("token")).isEmpty();
        assertThat(live.find("late")).isEmpty();
    }

    @Test
    void servesTheResponsesOfAReplicaWhoseClockIsWrong() {
        Identifier name = Identifier.dns("a.example.com");
        for (Duration wrong : List.of(Duration.ofHours(-3), Duration.ofHours(3))) {
            Instant expires = now.plus(wrong).plusSeconds(60);
            live.put(
                    new ChallengePresented("token", "answer", name, "http-01", expires, Optional.empty()),
                    Duration.ofSeconds(60));

            assertThat(live.find("token")).contains("answer");
            now = now.plusSeconds(60);
            assertThat(live.find("token")).isEmpty();
        }
    }

    @Test
    void removesResponsesThatWereNeverWithdrawn() {
        live.put("token", "answer", Duration.ofSeconds(60));
        now = now.plusSeconds(61);
        live.put("another", "answer", Duration.ofSeconds(60));
        assertThat(live.size()).isEqualTo(1);
    }

    @Test
    void waitsForAResponseFromAnotherReplica() {
        var first = waiting("token", LONG);
        var second = waiting("token", LONG);
        assertThat(first).isNotDone();
        live.put("token", "answer", Duration.ofSeconds(60));
        assertThat(first).isCompletedWithValue(Optional.of("answer"));
        assertThat(second).isCompletedWithValue(Optional.of("answer"));
    }

    @Test
    void keepsWaitingWhenAnotherRequestTimesOut() {
        var stillWaiting = waiting("token", LONG);
        assertThat(waiting("token", Duration.ofMillis(1)).join()).isEmpty();
        live.put("token", "answer", Duration.ofSeconds(60));
        assertThat(stillWaiting).isCompletedWithValue(Optional.of("answer"));
    }

    @Test
    void limitsTheNumberOfWaitingRequests() {
        List<CompletableFuture<Optional<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < LiveChallenges.MAX_WAITERS; i++) {
            waiting.add(waiting("token-" + i, LONG));
        }
        assertThat(waiting("one-more", LONG)).isCompletedWithValue(Optional.empty());
        live.put("token-0", "answer", Duration.ofSeconds(60));
        assertThat(waiting.getFirst()).isCompleted();
        assertThat(waiting("one-more", LONG)).isNotDone();
    }

    private CompletableFuture<Optional<String>> waiting(String token, Duration timeout) {
        return live.find(token, timeout).toCompletableFuture();
    }
}
