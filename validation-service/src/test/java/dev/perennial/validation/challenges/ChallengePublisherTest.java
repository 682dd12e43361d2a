package dev.perennial.validation.challenges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Identifier;
import dev.perennial.events.Initiator;
import dev.perennial.platform.telemetry.Initiators;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
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
                            Instant.parse("2026-11-21T10:00:00Z"),
                            Optional.empty()));
        });
    }

    @Test
    void publishesOnBehalfOfTheInitiatorOfTheOrder() {
        Initiator requester = new Initiator("token:ci-shop");

        try (Scope work = Initiators.in(Context.root(), requester).makeCurrent()) {
            publisher.present(Identifier.dns("a.example.com"), challenge);
        }

        assertThat(published).singleElement().satisfies(event -> assertThat(event.initiator())
                .contains(requester));
    }

    /** A CA may give all challenges of an authorization the same token. */
    @Test
    void separatesTheRecordsOfDns01FromThoseOfOtherTypes() {
        var dns01 = new Authorization.Challenge(
                "dns-01", URI.create("https://ca.example.com/d"), "token", "token.thumb", Optional.empty());
        publisher.present(Identifier.dns("a.example.com"), challenge);
        publisher.present(Identifier.dns("a.example.com"), dns01, Optional.of("ca"));
        assertThat(published).extracting(CloudEvent::subject).containsExactly("token", "dns-01.token");

        publisher.withdraw(dns01);

        assertThat(live.find("token")).contains("token.thumb");
        assertThat(retracted).containsExactly("dns-01.token");
    }

    @Test
    void withdrawsLocallyAndPublishesATombstone() {
        publisher.present(Identifier.dns("a.example.com"), challenge);
        publisher.withdraw(challenge);

        assertThat(live.find("token")).isEmpty();
        assertThat(retracted).containsExactly("token");
    }
}
