package dev.perennial.validation.challenges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Identifier;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChallengePublisherTest {
    private final Clock clock = Clock.fixed(Instant.parse("2026-11-21T09:00:00Z"), ZoneOffset.UTC);
    private final LiveChallenges live = new LiveChallenges(clock);
    private final List<CloudEvent> published = new ArrayList<>();
    private final List<String> retracted = new ArrayList<>();
    private final ChallengePublisher publisher =
            new ChallengePublisher(published::add, retracted::add, live, Duration.ofHours(1), clock);
    private final Authorization.Challenge challenge = new Authorization.Challenge(
            "http-01", URI.create("https://ca.example.com/c"), "token", "token.thumb", Optional.empty());

    @Test
    void presentsLocallyAndPublishesUnderTheToken() {
        publisher.present(Identifier.dns("a.example.com"), challenge);

        assertThat(live.find("token")).contains("token.thumb");
        assertThat(published).singleElement().satisfies(event -> {
            assertThat(event.subject()).isEqualTo("token");
            assertThat(event.data())
                    .isEqualTo(new ChallengePresented(
                            "token",
                            "token.thumb",
                            Identifier.dns("a.example.com"),
                            "http-01",
                            Instant.parse("2026-11-21T10:00:00Z")));
        });
    }

    @Test
    void withdrawsLocallyAndPublishesATombstone() {
        publisher.present(Identifier.dns("a.example.com"), challenge);
        publisher.withdraw(challenge);

        assertThat(live.find("token")).isEmpty();
        assertThat(retracted).containsExactly("token");
    }
}
