package dev.perennial.validation.http01;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.platform.probe.ResponderProbe;
import dev.perennial.validation.challenges.LiveChallenges;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts the service without a broker: it still serves the responses of this replica. */
@QuarkusTest
@TestProfile(Http01ResponderTest.Alone.class)
class Http01ResponderTest {
    private static final String PATH = "/.well-known/acme-challenge/";

    private final HttpClient client = HttpClient.newHttpClient();

    @Inject
    LiveChallenges live;

    @TestHTTPResource("/")
    URI base;

    /** A configuration without Kafka, Vault or a CA. */
    public static final class Alone implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0",
                    "quarkus.otel.sdk.disabled", "true",
                    "kafka.bootstrap.servers", "127.0.0.1:1",
                    "quarkus.log.category.\"org.apache.kafka\".level", "ERROR",
                    "perennial.vault.address", "http://127.0.0.1:1",
                    "perennial.vault.role-id-file", dummy(),
                    "perennial.vault.secret-id-file", dummy());
        }
    }

    /** The service requires its credential files at start; the tests do not use their content. */
    private static String dummy() {
        try {
            var file = Files.createTempFile("responder-test", ".id");
            file.toFile().deleteOnExit();
            return Files.writeString(file, "not-used").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void respondsToALiveToken() throws Exception {
        live.put("live-token", "live-token.thumb", Duration.ofSeconds(60));
        HttpResponse<String> answer = get(PATH + "live-token");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("live-token.thumb");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
    }

    @Test
    void waitsForAResponseFromAnotherReplica() throws Exception {
        var pending = client.sendAsync(request(PATH + "coming"), HttpResponse.BodyHandlers.ofString());
        live.put("coming", "coming.thumb", Duration.ofSeconds(60));
        assertThat(pending.get().body()).isEqualTo("coming.thumb");
    }

    @Test
    void returnsNotFoundForAnUnknownToken() throws Exception {
        assertThat(get(PATH + "unknown").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/q/health",
                "/q/metrics",
                PATH,
                PATH + "a%20b",
                PATH + "a%2F..%2Fb",
                PATH + "live/deeper",
                "/.well-known/other/token"
            })
    void servesNothingElse(String path) throws Exception {
        live.put("live", "live.thumb", Duration.ofSeconds(60));
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void respondsToAProbeWithItsNonce() throws Exception {
        ResponderProbe probe = ResponderProbe.random();
        HttpResponse<String> answer = get(PATH + probe.token());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(probe.answer())
                .endsWith(probe.nonce())
                .doesNotContain(".");
    }

    @Test
    void answersTheUnusedTokenOfAProbeWithNotFoundAndItsNonce() throws Exception {
        ResponderProbe probe = ResponderProbe.random();
        HttpResponse<String> answer = get(PATH + probe.unusedToken());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo(probe.answer());
    }

    /** A CA may choose any token. */
    @Test
    void answersALiveTokenThatLooksLikeAProbe() throws Exception {
        String token = ResponderProbe.random().unusedToken();
        live.put(token, token + ".thumb", Duration.ofSeconds(60));
        HttpResponse<String> answer = get(PATH + token);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(token + ".thumb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/.well-known/"})
    void answersAProbeOutsideOfTheChallengePathRecognizably(String folder) throws Exception {
        ResponderProbe probe = ResponderProbe.random();
        HttpResponse<String> answer = get(folder + probe.token());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo(probe.answer());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "perennial-probe.",
                "perennial-probe.tooShortToBeOne",
                "perennial-probe.0123456789abcdef.thumbprint",
                "perennial-probe.0123456789abcde%3C",
                "perennial-probeX0123456789abcdef",
                "perennial-probe.01234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesMalformedProbes(String token) throws Exception {
        assertThat(get(PATH + token).statusCode()).isEqualTo(404);
    }

    @Test
    void refusesWrites() throws Exception {
        var post = HttpRequest.newBuilder(base.resolve(PATH + "live"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build();
        assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(405);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).build();
    }
}
