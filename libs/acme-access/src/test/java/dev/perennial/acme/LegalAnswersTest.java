package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.Sha256;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that RFC 8555 allows, or that CAs send in spite of it. */
class LegalAnswersTest extends FakeCaSetup {
    private final TestChains chains = new TestChains();

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"token\":\"not a token\""})
    void needsNoTokenOfAValidAuthorization(String token) {
        ca.json("/authorization", 200, """
                {"status":"valid","identifier":{"type":"dns","value":"shop.example.com"},
                 "challenges":[{"type":"dns-01","url":"%s","status":"valid"%s}]}\
                """.formatted(ca.url("/challenge"), token));

        Authorization authorization = account().authorization(ca.url("/authorization"));

        assertThat(authorization.status()).isEqualTo(Authorization.Status.VALID);
        assertThat(authorization.challenges()).isEmpty();
    }

    @Test
    void readsTheErrorOfAChallengeWithoutAToken() {
        ca.json("/authorization", 200, """
                {"status":"invalid","identifier":{"type":"dns","value":"shop.example.com"},
                 "challenges":[{"type":"http-01","url":"%s","status":"invalid",
                    "error":{"type":"urn:ietf:params:acme:error:connection","detail":"timed out"}}]}\
                """.formatted(ca.url("/challenge")));

        assertThat(account().authorization(ca.url("/authorization")).problem().flatMap(Problem::evidence))
                .contains("connection: timed out");
    }

    @Test
    void needsTheTokenOfOneChallengeOnly() {
        AcmeAccount account = account();
        pending("{\"type\":\"http-01\",\"url\":\"%1$s\"},{\"type\":\"dns-01\",\"url\":\"%1$s\",\"token\":\"abc\"}");
        assertThat(account.authorization(ca.url("/authorization")).challenges())
                .extracting(Authorization.Challenge::type)
                .containsExactly("dns-01");

        pending("{\"type\":\"http-01\",\"url\":\"%1$s\"}");
        assertThat(assertRetryLater(() -> account.authorization(ca.url("/authorization")), ErrorCode.CA_MISBEHAVED)
                        .evidence()
                        .orElseThrow())
                .contains("token");
    }

    private void pending(String challenges) {
        ca.json(
                "/authorization",
                200,
                "{\"status\":\"pending\",\"identifier\":{\"type\":\"dns\",\"value\":\"shop.example.com\"},\"challenges\":["
                        + challenges.formatted(ca.url("/challenge")) + "]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.shop.example", "*.Shop.EXAMPLE", "shop.example"})
    void readsTheStarOfAWildcard(String value) {
        ca.json("/authorization", 200, """
                {"identifier":{"type":"dns","value":"%s"},"wildcard":true,"status":"pending",
                 "challenges":[{"type":"dns-01","url":"%s","token":"abc"}]}\
                """.formatted(value, ca.url("/challenge")));

        Authorization authorization = account().authorization(ca.url("/authorization"));

        assertThat(authorization.identifier()).isEqualTo(Identifier.dns("shop.example"));
        assertThat(authorization.wildcard()).isTrue();
        assertThat(authorization.ordered()).isEqualTo(Identifier.dns("*.shop.example"));
    }

    @Test
    void keepsTheLinkAtTheEndOfALongDetailAndWaitsForHours() {
        AcmeAccount account = account();
        String link = "https://portal.example.com/unpause?jwt=" + "e".repeat(300);
        ca.json("/new", 429, """
                {"type":"urn:ietf:params:acme:error:rateLimited","detail":"%s Please visit: %s"}\
                """.formatted(
                        "Your account is temporarily prevented from requesting certificates. ".repeat(8), link));

        Problem problem = assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_RATE_LIMITED);

        assertThat(problem.evidence().orElseThrow()).endsWith(link);
        assertThat(problem.nextAttemptAt().orElseThrow())
                .isCloseTo(Instant.now().plus(Duration.ofHours(6)), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void keepsTheLinkAtTheEndOfADetailOfAnyLength() {
        AcmeAccount account = account();
        String link = "https://portal.example.com/unpause";
        ca.json("/new", 403, """
                {"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"%s %s"}\
                """.formatted("word ".repeat(5_000), link));

        assertThat(((NewOrderResult.Refused) account.place(NAMES))
                        .problem()
                        .evidence()
                        .orElseThrow())
                .startsWith("rejectedIdentifier: word")
                .endsWith(link);
    }

    @Test
    void waitsForSecondsOnlyIfAProxyLimitsTheRate() {
        AcmeAccount account = account();
        ca.answer("/new", new FakeAcmeServer.Answer(429, "text/html", "slow down", Map.of()));

        assertThat(assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_RATE_LIMITED)
                        .nextAttemptAt())
                .isEmpty();
    }

    @Test
    void waitsForTheWholeRetryAfterOfARateLimit() {
        AcmeAccount account = account();
        ca.json("/new", 429, problem("rateLimited"), "Retry-After", "122400");

        assertThat(assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_RATE_LIMITED)
                        .nextAttemptAt()
                        .orElseThrow())
                .isCloseTo(Instant.now().plusSeconds(122_400), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void showsTheLinksOfARequiredActionAndContinuesAfterIt() {
        AcmeAccount account = account();
        ca.answer(
                "/new",
                new FakeAcmeServer.Answer(
                        403,
                        "application/problem+json",
                        """
                        {"type":"urn:ietf:params:acme:error:userActionRequired","detail":"terms have changed",
                         "instance":"https://ca.example.com/agree/4711"}\
                        """,
                        Map.of("Link", "<https://ca.example.com/terms/2026>;rel=\"terms-of-service\"")));

        Problem problem = assertRetryLater(() -> account.place(NAMES), ErrorCode.ISSUER_NOT_READY);

        assertThat(problem.evidence().orElseThrow())
                .contains(
                        "https://ca.example.com/agree/4711", "https://ca.example.com/terms/2026", "terms have changed");
        ca.json("/new", 201, order("pending"), "Location", ca.base() + "/order");
        assertThat(account.place(NAMES)).isInstanceOf(NewOrderResult.Placed.class);
    }

    static Stream<Arguments> commonNames() {
        String tooLong = "a".repeat(60) + ".example.com";
        return Stream.of(
                Arguments.of(true, List.of(tooLong, "shop.example.com", "www.example.com"), "CN=shop.example.com"),
                Arguments.of(true, List.of(tooLong), ""),
                Arguments.of(true, List.of("*.example.com"), "CN=*.example.com"),
                Arguments.of(false, List.of("shop.example.com"), ""));
    }

    @ParameterizedTest
    @MethodSource("commonNames")
    void sendsTheCommonNameThatTheIssuerRequires(boolean setting, List<String> names, String subject) throws Exception {
        AcmeAccount account = account(Map.of("csrCommonName", setting));
        ca.json("/finalize", 200, order("processing"));

        account.finalizeOrder(known(), names.stream().map(Identifier::dns).toList(), AccountKey.generate());

        JsonNode payload =
                decoded(new ObjectMapper().readTree(ca.bodies.get("/finalize")).get("payload"));
        var csr = new PKCS10CertificationRequest(
                Base64.getUrlDecoder().decode(payload.get("csr").asText()));
        assertThat(csr.getSubject().toString()).isEqualTo(subject);
    }

    @Test
    void leavesOutCertificatesThatDoNotBelongToThePath() {
        AcmeAccount account = account();
        List<X509Certificate> expected = List.of(chains.leaf, chains.intermediate, chains.root);
        assertThat(downloaded(account, chains.leaf, chains.intermediate, chains.root, chains.crossSigned))
                .isEqualTo(expected);
        assertThat(downloaded(account, chains.leaf, chains.intermediate, chains.otherRoot))
                .containsExactly(chains.leaf, chains.intermediate);
        assertThat(downloaded(account, chains.leaf, chains.root, chains.intermediate))
                .isEqualTo(expected);
        assertThat(downloaded(account, chains.leaf)).containsExactly(chains.leaf);
        assertThat(downloaded(account, chains.leaf, chains.root))
                .as("the check of the certificate reports it")
                .hasSize(2);
    }

    private List<X509Certificate> downloaded(AcmeAccount account, X509Certificate... chain) {
        chain("/certificate", Map.of(), chain);
        return account.download(ca.url("/certificate"));
    }

    static Stream<String> preferredRoots() {
        return Stream.of("Root X2", "fingerprint", "fingerprint with colons");
    }

    @ParameterizedTest
    @MethodSource("preferredRoots")
    void downloadsTheChainToThePreferredRoot(String root) throws Exception {
        String fingerprint = Sha256.fingerprint(chains.crossSigned);
        AcmeAccount account = account(Map.of(
                "preferredChain",
                switch (root) {
                    case "fingerprint" -> fingerprint;
                    case "fingerprint with colons" ->
                        fingerprint.toUpperCase(java.util.Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
                    default -> root;
                }));
        chain("/certificate", alternate("/certificate/1"), chains.leaf, chains.intermediate);
        chain("/certificate/1", Map.of(), chains.leaf, chains.crossSigned);

        assertThat(account.download(ca.url("/certificate"))).containsExactly(chains.leaf, chains.crossSigned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Root X1", "Root X3"})
    void downloadsTheDefaultChainIfItIsPreferredOrNoChainIs(String root) {
        AcmeAccount account = account(Map.of("preferredChain", root));
        chain("/certificate", alternate("/certificate/1"), chains.leaf, chains.intermediate);
        chain("/certificate/1", Map.of(), chains.leaf, chains.crossSigned);

        assertThat(account.download(ca.url("/certificate"))).containsExactly(chains.leaf, chains.intermediate);
        assertThat(ca.requests.contains("POST /certificate/1")).isEqualTo(root.equals("Root X3"));
    }

    @Test
    void ignoresAnAlternateChainOfAnotherOrigin() {
        AcmeAccount account = account(Map.of("preferredChain", "Root X2"));
        chain(
                "/certificate",
                Map.of("Link", "<https://127.0.0.1:1/certificate/1>;rel=\"alternate\""),
                chains.leaf,
                chains.intermediate);

        assertThat(account.download(ca.url("/certificate"))).containsExactly(chains.leaf, chains.intermediate);
    }

    private Map<String, String> alternate(String path) {
        return Map.of("Link", "<" + ca.url(path) + ">;rel=\"alternate\"");
    }

    private void chain(String path, Map<String, String> headers, X509Certificate... chain) {
        ca.answer(
                path,
                new FakeAcmeServer.Answer(200, "application/pem-certificate-chain", TestChains.pem(chain), headers));
    }
}
