package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcmeAccountTest extends FakeCaSetup {
    @Test
    void issuesOneCertificateWithSevenRequests() throws Exception {
        AcmeAccount account = account();
        ca.json("/new", 201, order("pending"), "Location", ca.base() + "/order");
        ca.json("/authorization", 200, """
            {"status":"pending","identifier":{"type":"dns","value":"shop.example.com"},
             "challenges":[{"type":"http-01","url":"%s/challenge","token":"abc"}]}\
            """.formatted(ca.base()));
        ca.json("/challenge", 200, "{}");
        ca.json("/finalize", 200, order("processing"));
        ca.answer(
                "/certificate",
                new FakeAcmeServer.Answer(200, "application/pem-certificate-chain", ca.pem(), Map.of()));
        ca.requests.clear();

        AcmeOrder order = ((NewOrderResult.Placed) account.place(NAMES)).order();
        account.respond(account.authorization(order.authorizationUrls().getFirst())
                .challenge("http-01")
                .orElseThrow());
        ca.json("/order", 200, order("ready"));
        assertThat(account.await(order, Duration.ZERO, Duration.ofSeconds(10))).isInstanceOf(OrderProgress.Ready.class);
        assertThat(account.finalizeOrder(order, NAMES, AccountKey.generate()))
                .isInstanceOf(OrderProgress.Processing.class);
        ca.json("/order", 200, order("valid"));
        var valid = (OrderProgress.Valid) account.await(order, Duration.ZERO, Duration.ofSeconds(10));
        assertThat(account.download(valid.certificateUrl())).hasSize(1);

        assertThat(ca.requests)
                .containsExactly(
                        "POST /new",
                        "POST /authorization",
                        "POST /challenge",
                        "POST /order",
                        "POST /finalize",
                        "POST /order",
                        "POST /certificate");
    }

    @Test
    void limitsConcurrentRequests() throws Exception {
        AcmeAccount account = account();
        ca.json("/authorization", 200, """
            {"status":"valid","identifier":{"type":"dns","value":"shop.example.com"},"challenges":[]}\
            """);
        CountDownLatch release = new CountDownLatch(1);
        ca.holdUntil(release);
        List<Thread> orders = IntStream.range(0, Issuer.MAX_CONCURRENT_REQUESTS + 50)
                .mapToObj(i -> Thread.ofVirtual().start(() -> account.authorization(ca.url("/authorization"))))
                .toList();

        until(() -> ca.pending.get() >= Issuer.MAX_CONCURRENT_REQUESTS
                && orders.stream().allMatch(AcmeAccountTest::isWaiting));
        int pending = ca.pending.get();
        release.countDown();
        for (Thread order : orders) {
            order.join();
        }

        assertThat(pending).isEqualTo(Issuer.MAX_CONCURRENT_REQUESTS);
        assertThat(ca.requests.stream().filter("POST /authorization"::equals)).hasSize(orders.size());
    }

    private static boolean isWaiting(Thread thread) {
        return EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING).contains(thread.getState());
    }

    private static void until(BooleanSupplier condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(condition::getAsBoolean);
    }

    @Test
    void sendsNothingToAnotherOrigin() {
        AcmeAccount account = account();
        assertRetryLater(() -> account.authorization(URI.create("https://127.0.0.1:1/x")), ErrorCode.CA_MISBEHAVED);
        assertRetryLater(() -> account.download(URI.create("http://169.254.169.254/x")), ErrorCode.CA_MISBEHAVED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Location", "finalize", "authorizations"})
    void refusesAnOrderWithUrlsOfAnotherOrigin(String where) {
        AcmeAccount account = account();
        String elsewhere = "https://127.0.0.1:1/x";
        ca.json(
                "/new",
                201,
                """
                {"status":"pending","finalize":"%s","authorizations":["%s","%s"]}\
                """.formatted(
                                where.equals("finalize") ? elsewhere : ca.url("/finalize"),
                                ca.url("/authorization"),
                                where.equals("authorizations") ? elsewhere : ca.url("/authorization/2")),
                "Location",
                where.equals("Location") ? elsewhere : ca.url("/order").toString());

        Problem problem =
                assertRetryLater(() -> account.place(List.of(Identifier.dns("a.test"))), ErrorCode.CA_MISBEHAVED);

        assertThat(problem.evidence()).contains(elsewhere);
    }

    @Test
    void doesNotFollowRedirects() {
        AcmeAccount account = account();
        ca.json("/authorization", 302, "", "Location", ca.base() + "/elsewhere");
        assertRetryLater(() -> account.authorization(ca.url("/authorization")), ErrorCode.CA_MISBEHAVED);
        assertThat(ca.requests).doesNotContain("GET /elsewhere", "POST /elsewhere");
    }

    @Test
    void limitsTheSizeOfAResponse() {
        AcmeAccount account = account();
        ca.json("/authorization", 200, "{\"x\":\"" + "y".repeat(2_000_000) + "\"}");
        Problem problem =
                assertRetryLater(() -> account.authorization(ca.url("/authorization")), ErrorCode.CA_MISBEHAVED);
        assertThat(problem.evidence())
                .hasValueSatisfying(seen -> assertThat(seen).contains("262144 bytes"));
    }

    @Test
    void retriesIfTheDirectoryIsUnavailable() {
        ca.answer("/dir", new FakeAcmeServer.Answer(503, "text/html", "sorry", Map.of("Retry-After", "77")));
        Problem problem = assertRetryLater(() -> account(), ErrorCode.CA_UNAVAILABLE);
        assertThat(problem.nextAttemptAt()).isPresent();
    }

    @Test
    void distinguishesARefusalFromARateLimit() {
        AcmeAccount account = account();
        ca.json("/new", 400, problem("invalidProfile"));
        assertThat(account.place(NAMES)).isInstanceOfSatisfying(NewOrderResult.Refused.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ErrorCode.CA_REFUSED);
            assertThat(refused.problem().evidence()).contains("invalidProfile: no");
        });
        ca.json("/new", 429, problem("rateLimited"), "Retry-After", "60");
        assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_RATE_LIMITED);
    }

    @Test
    void readsTheOrderIfItIsAlreadyFinalized() {
        AcmeAccount account = account();
        ca.json("/finalize", 403, problem("orderNotReady"));
        ca.json("/order", 200, order("valid"));
        assertThat(account.finalizeOrder(known(), NAMES, AccountKey.generate()))
                .isInstanceOf(OrderProgress.Valid.class);
        ca.json("/finalize", 400, problem("badCSR"));
        assertThat(account.finalizeOrder(known(), NAMES, AccountKey.generate()))
                .isInstanceOf(OrderProgress.Refused.class);
    }

    @Test
    void revokesWithTheAccountKey() throws Exception {
        ca.json("/revoke", 200, "");

        assertThat(account().revoke(ca.certificate(), RevocationReason.KEY_COMPROMISE))
                .isEqualTo(new RevokeResult.Revoked());

        JsonNode request = new ObjectMapper().readTree(ca.bodies.get("/revoke"));
        assertThat(decoded(request.get("protected")).get("kid").asText()).isEqualTo(ca.base() + "/account/1");
        assertThat(decoded(request.get("payload")).get("reason").asInt()).isEqualTo(1);
        assertThat(Base64.getUrlDecoder()
                        .decode(decoded(request.get("payload"))
                                .get("certificate")
                                .asText()))
                .isEqualTo(ca.certificate().getEncoded());
    }

    @Test
    void revokesWithTheCertificateKey() throws Exception {
        ca.json("/revoke", 200, "");
        KeyPair key = AccountKey.generate();

        account().revoke(ca.certificate(), RevocationReason.SUPERSEDED, key);

        JsonNode header =
                decoded(new ObjectMapper().readTree(ca.bodies.get("/revoke")).get("protected"));
        assertThat(header.has("kid")).isFalse();
        assertThat(header.get("jwk")).isEqualTo(jwk(AccountKey.toPem(key)));
    }

    @Test
    void treatsAlreadyRevokedAsSuccess() {
        AcmeAccount account = account();
        ca.json("/revoke", 400, problem("alreadyRevoked"));
        assertThat(account.revoke(ca.certificate(), RevocationReason.SUPERSEDED))
                .isEqualTo(new RevokeResult.Revoked());
    }

    @Test
    void distinguishesARefusedRevocationFromAnUnavailableCa() {
        AcmeAccount account = account();
        ca.json("/revoke", 403, problem("unauthorized"));
        assertThat(account.revoke(ca.certificate(), RevocationReason.SUPERSEDED))
                .isInstanceOfSatisfying(RevokeResult.Refused.class, refused -> {
                    assertThat(refused.problem().code()).isEqualTo(ErrorCode.CA_REFUSED);
                    assertThat(refused.problem().evidence()).contains("unauthorized: no");
                });
        ca.json("/revoke", 404, problem("malformed"));
        assertThat(account.revoke(ca.certificate(), RevocationReason.SUPERSEDED))
                .isInstanceOf(RevokeResult.Refused.class);
        ca.json("/revoke", 503, "", "Retry-After", "60");
        assertRetryLater(() -> account.revoke(ca.certificate(), RevocationReason.SUPERSEDED), ErrorCode.CA_UNAVAILABLE);
    }

    @Test
    void revokesWithTheNewAccountKeyIfAnotherReplicaChangedIt() {
        AcmeAccount replica = account();
        ca.json("/key-change", 200, "{}");
        ca.json("/revoke", 403, problem("unauthorized"));
        changes().rollOver("ca");

        replica.revoke(ca.certificate(), RevocationReason.SUPERSEDED);

        assertThat(ca.requests.stream().filter("POST /revoke"::equals)).hasSize(2);
    }

    @Test
    void treatsAnUnknownOrderAsInvalid() {
        assertThat(account().progress(known()))
                .isInstanceOfSatisfying(
                        OrderProgress.Invalid.class,
                        invalid -> assertThat(invalid.problem().code()).isEqualTo(ErrorCode.ORDER_EXPIRED));
    }

    @Test
    void ignoresTheRefusalOfASecondChallengeResponse() {
        AcmeAccount account = account();
        ca.json("/challenge", 400, problem("malformed"));
        account.respond(
                new Authorization.Challenge("http-01", ca.url("/challenge"), "abc", "abc.thumb", Optional.empty()));
        assertThat(ca.requests).endsWith("POST /challenge");
    }
}
