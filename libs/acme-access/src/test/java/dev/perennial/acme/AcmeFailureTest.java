package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.JSON;

class AcmeFailureTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    @Test
    void waitsForTheRetryAfterOfARateLimit() {
        assertThat(retryable(server("rateLimited", "slow down"), 429, "120")).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.CA_RATE_LIMITED);
            assertThat(problem.nextAttemptAt()).contains(NOW.plus(Duration.ofMinutes(2)));
            assertThat(problem.evidence().orElseThrow()).contains("slow down");
        });
    }

    @Test
    void treatsHttp429OfAProxyAsRateLimit() {
        assertThat(retryable(new AcmeException("HTTP 429"), 429, "5").code()).isEqualTo(ErrorCode.CA_RATE_LIMITED);
    }

    @Test
    void retriesIfTheCaIsUnavailable() {
        assertThat(retryable(new AcmeException("HTTP 503"), 503, "30")).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
            assertThat(problem.nextAttemptAt()).contains(NOW.plusSeconds(30));
        });
        assertThat(retryable(new AcmeNetworkException(new IOException("reset")), 0, null)
                        .code())
                .isEqualTo(ErrorCode.CA_UNAVAILABLE);
        assertThat(retryable(server("serverInternal", "oops"), 500, null).code())
                .isEqualTo(ErrorCode.CA_UNAVAILABLE);
        assertThat(retryable(server("badNonce", "again"), 400, null).code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
    }

    @Test
    void reportsProtocolViolationsAsMisbehaved() {
        assertThat(retryable(new AcmeProtocolException("no content type"), 200, null)
                        .code())
                .isEqualTo(ErrorCode.CA_MISBEHAVED);
        assertThat(retryable(new AcmeException("HTTP 302"), 302, null).code()).isEqualTo(ErrorCode.CA_MISBEHAVED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "userActionRequired",
                "rejectedIdentifier",
                "unsupportedIdentifier",
                "caa",
                "malformed",
                "unauthorized",
                "invalidProfile"
            })
    void treatsEveryOtherProblemAsRefusal(String type) {
        assertThat(failure(server(type, "no"), 403, null))
                .isInstanceOfSatisfying(
                        AcmeFailure.Refused.class,
                        refused -> assertThat(refused.problem().text()).isEqualTo(type + ": no"));
    }

    @Test
    void treatsHttp404AsNotFound() {
        assertThat(failure(new AcmeException("HTTP 404"), 404, null)).isInstanceOf(AcmeFailure.NotFound.class);
        assertThat(failure(server("malformed", "no such order"), 404, null)).isInstanceOf(AcmeFailure.NotFound.class);
    }

    @Test
    void namesTheIdentifiersOfSubproblems() {
        var json = JSON.parse("""
            {"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"some names",
             "subproblems":[{"type":"urn:ietf:params:acme:error:caa","detail":"forbids us",
                             "identifier":{"type":"dns","value":"a.example.com"}}]}\
            """);
        assertThat(CaProblem.of(json).text())
                .isEqualTo("rejectedIdentifier: some names\n- a.example.com: caa: forbids us");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":7,\"detail\":[]}", "{\"subproblems\":\"x\"}", "{\"subproblems\":[1]}"})
    void acceptsMalformedProblemDocuments(String json) {
        assertThat(CaProblem.of(JSON.parse(json)).text()).isNotEmpty();
    }

    private static Problem retryable(Exception cause, int status, String retryAfter) {
        return ((AcmeFailure.Retryable) failure(cause, status, retryAfter))
                .cause()
                .problem();
    }

    private static AcmeFailure failure(Exception cause, int status, String retryAfter) {
        return AcmeFailure.classify(
                new AcmeFailure.FailedCall(
                        "ca",
                        cause,
                        status == 0 ? Optional.empty() : Optional.of(status),
                        Optional.ofNullable(retryAfter)),
                NOW);
    }

    private static AcmeServerException server(String type, String detail) {
        try {
            var json =
                    JSON.parse("{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"" + detail + "\"}");
            return new AcmeServerException(new org.shredzone.acme4j.Problem(
                    json, URI.create("https://ca.example.com/x").toURL()));
        } catch (java.net.MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
