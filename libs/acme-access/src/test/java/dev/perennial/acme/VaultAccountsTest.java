package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationReason;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.shredzone.acme4j.toolbox.JoseUtils;

class VaultAccountsTest {
    private static final List<Identifier> NAMES = List.of(Identifier.dns("shop.example.com"));

    private final InMemorySecretStore store = new InMemorySecretStore();
    private FakeAcmeServer ca;

    @BeforeEach
    void start() throws Exception {
        ca = new FakeAcmeServer();
    }

    @AfterEach
    void stop() {
        ca.close();
    }

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
    void registersOnceForConcurrentFirstCalls() throws Exception {
        AcmeAccounts accounts = accounts(true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 20).forEach(i -> threads.submit(() -> accounts.of("ca", Registration.IF_ABSENT)));
        }
        assertThat(ca.requests.stream().filter("POST /account"::equals)).hasSize(1);
        assertThat(store.read(SecretPath.account("ca")).orElseThrow().require("location"))
                .isEqualTo(ca.base() + "/account/1");
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
                && orders.stream().allMatch(VaultAccountsTest::isWaiting));
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
    void registersNoAccountIfItMayNot() {
        assertRetryLater(() -> accounts(true).of("ca", Registration.NEVER), ErrorCode.CA_UNAVAILABLE);
        assertThat(store.read(SecretPath.account("ca"))).isEmpty();
        account();
        assertThat(accounts(true).of("ca", Registration.NEVER)).isNotNull();
    }

    @Test
    void doesNotAgreeToTermsOnBehalfOfTheOperator() {
        Problem problem =
                assertRetryLater(() -> accounts(false).of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
        assertThat(problem.detail()).contains("set the issuer's termsOfServiceAgreed to true");
    }

    @Test
    void sendsTheExternalAccountBinding() throws Exception {
        byte[] macKey = "a key that only the subscriber and the CA have".getBytes(StandardCharsets.US_ASCII);
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(macKey);
        store.createOnly(new SecretPath("eab/ca"), Map.of("kid", "customer-7", "hmacKey", encoded));

        accounts(true, Optional.empty(), Optional.of("eab/ca")).of("ca", Registration.IF_ABSENT);

        JsonNode request = new ObjectMapper().readTree(ca.bodies.get("/account"));
        JsonNode binding = decoded(request.get("payload")).get("externalAccountBinding");
        JsonNode header = decoded(binding.get("protected"));
        assertThat(header.get("kid").asText()).isEqualTo("customer-7");
        assertThat(header.get("alg").asText()).isEqualTo("HS256");
        assertThat(header.get("url").asText()).isEqualTo(ca.base() + "/account");
        assertThat(decoded(binding.get("payload")))
                .isEqualTo(decoded(request.get("protected")).get("jwk"));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
        byte[] signed = mac.doFinal((binding.get("protected").asText() + "."
                        + binding.get("payload").asText())
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(Base64.getUrlDecoder().decode(binding.get("signature").asText()))
                .isEqualTo(signed);
        assertThat(ca.bodies.get("/account")).doesNotContain(encoded);
    }

    @Test
    void explainsHowToConfigureARequiredBinding() {
        ca.json("/dir", 200, """
            {"newNonce":"%1$s/nonce","newAccount":"%1$s/account","newOrder":"%1$s/new","meta":{"externalAccountRequired":true}}\
            """.formatted(ca.base()));
        assertNotReady(Optional.empty(), Optional.empty(), "set the issuer's eabPath");
        assertThat(ca.requests).doesNotContain("POST /account");
    }

    @Test
    void requiresABindingForAPresetThatNeedsOne() {
        assertNotReady(Optional.of(CaPreset.ZEROSSL), Optional.empty(), "set the issuer's eabPath");
        assertThat(ca.requests).isEmpty();
    }

    @Test
    void namesTheDefectOfTheBindingWithoutQuotingIt() {
        assertNotReady(Optional.empty(), Optional.of("eab/ca"), "no external account binding at 'eab/ca' in Vault");
        store.createOnly(new SecretPath("eab/half"), Map.of("kid", "customer-7"));
        assertNotReady(Optional.empty(), Optional.of("eab/half"), "no field 'hmacKey'");
        store.createOnly(new SecretPath("eab/bad"), Map.of("kid", "customer-7", "hmacKey", "$ecret!"));
        assertThat(assertNotReady(Optional.empty(), Optional.of("eab/bad"), "'hmacKey' is not base64url"))
                .doesNotContain("ecret!");
        assertThat(ca.requests).isEmpty();
    }

    @Test
    void includesTheCasReasonForARefusedRegistration() {
        ca.json("/account", 403, problem("unauthorized"));
        Problem problem =
                assertRetryLater(() -> accounts(true).of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
        assertThat(problem.evidence()).contains("unauthorized: no");
    }

    @Test
    void changesTheAccountKey() throws Exception {
        account();
        Secret before = stored();
        ca.json("/key-change", 200, "{}");

        changes().rollOver("ca");

        assertThat(stored().data()).containsOnlyKeys("privateKey", "location");
        assertThat(stored().require("privateKey")).isNotEqualTo(before.require("privateKey"));
        assertThat(stored().require("location")).isEqualTo(before.require("location"));
        JsonNode outer = new ObjectMapper().readTree(ca.bodies.get("/key-change"));
        JsonNode inner = decoded(outer.get("payload"));
        assertThat(decoded(outer.get("protected")).get("kid").asText()).isEqualTo(ca.base() + "/account/1");
        assertThat(decoded(inner.get("payload")).get("account").asText()).isEqualTo(ca.base() + "/account/1");
        assertThat(decoded(inner.get("payload")).get("oldKey")).isEqualTo(jwk(before.require("privateKey")));
        assertThat(decoded(inner.get("protected")).get("jwk")).isEqualTo(jwk(stored().require("privateKey")));
    }

    @Test
    void repeatsKeyChangeAfterACrashBeforeIt() throws Exception {
        account();
        String next = interruptedRollover();
        ca.json("/key-change", 200, "{}");
        ca.json("/account", 400, problem("accountDoesNotExist"));

        changes().rollOver("ca");

        assertThat(ca.requests).contains("POST /key-change");
        assertThat(stored().data()).containsEntry("privateKey", next).doesNotContainKey("nextPrivateKey");
    }

    @Test
    void doesNotRepeatKeyChangeAfterACrashBehindIt() {
        account();
        String next = interruptedRollover();
        ca.json("/account", 200, "{}", "Location", ca.base() + "/account/1");

        changes().rollOver("ca");

        assertThat(ca.requests).doesNotContain("POST /key-change");
        assertThat(stored().data()).containsEntry("privateKey", next).doesNotContainKey("nextPrivateKey");
    }

    @Test
    void signsAgainIfAnotherReplicaChangedTheKey() {
        AcmeAccount replica = account();
        ca.json("/key-change", 200, "{}");
        ca.json("/new", 403, problem("unauthorized"));
        ca.json("/authorization", 403, problem("unauthorized"));
        assertThat(replica.place(NAMES)).isInstanceOf(NewOrderResult.Refused.class);
        assertThat(ca.requests.stream().filter("POST /new"::equals)).hasSize(1);

        changes().rollOver("ca");
        replica.place(NAMES);
        assertThat(ca.requests.stream().filter("POST /new"::equals)).hasSize(3);

        changes().rollOver("ca");
        assertRetryLater(() -> replica.authorization(ca.url("/authorization")), ErrorCode.CA_MISBEHAVED);
        assertThat(ca.requests.stream().filter("POST /authorization"::equals)).hasSize(2);
    }

    @Test
    void doesNotUseADeactivatedAccount() {
        AcmeAccount replica = account();
        ca.json("/account/1", 200, "{}");

        changes().deactivate("ca");
        changes().deactivate("ca");

        assertThat(ca.requests.stream().filter("POST /account/1"::equals)).hasSize(1);
        assertNotReady(Optional.empty(), Optional.empty(), "was deactivated");
        ca.json("/new", 403, problem("unauthorized"));
        assertRetryLater(() -> replica.place(NAMES), ErrorCode.ISSUER_NOT_READY);
    }

    @Test
    void completesADeactivationAfterACrashBeforeItWasStored() {
        account();
        ca.json("/account/1", 403, problem("unauthorized"));

        changes().deactivate("ca");

        assertNotReady(Optional.empty(), Optional.empty(), "was deactivated");
    }

    @Test
    void changesNoAccountThatDoesNotExist() {
        assertRetryLater(() -> changes().rollOver("ca"), ErrorCode.ISSUER_NOT_READY);
        assertRetryLater(() -> changes().deactivate("ca"), ErrorCode.ISSUER_NOT_READY);
    }

    private AccountChanges changes() {
        return (VaultAccounts) accounts(true);
    }

    private Secret stored() {
        return store.read(SecretPath.account("ca")).orElseThrow();
    }

    /** Fails after the next key is in Vault. */
    private String interruptedRollover() {
        ca.json("/key-change", 500, problem("serverInternal"));
        assertRetryLater(() -> changes().rollOver("ca"), ErrorCode.CA_UNAVAILABLE);
        ca.requests.clear();
        return stored().require("nextPrivateKey");
    }

    private static JsonNode jwk(String privateKey) {
        Map<String, Object> jwk =
                JoseUtils.publicKeyToJWK(AccountKey.fromPem(privateKey).getPublic());
        return new ObjectMapper().valueToTree(jwk);
    }

    private String assertNotReady(Optional<CaPreset> preset, Optional<String> eabPath, String part) {
        Problem problem = assertRetryLater(
                () -> accounts(true, preset, eabPath).of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
        assertThat(problem.detail()).contains(part);
        return problem.toString();
    }

    private static JsonNode decoded(JsonNode base64) throws Exception {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(base64.asText()));
    }

    @Test
    void waitsForAnUnknownIssuer() {
        IssuerSettingsCache issuers = new IssuerSettingsCache();
        AcmeAccounts accounts = AcmeAccounts.of(issuers, store);

        assertThat(assertRetryLater(() -> accounts.of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY)
                        .detail())
                .contains("has no settings of the issuer 'ca' yet");
        issuers.put(settings(true, Optional.empty(), Optional.empty()));
        assertThat(accounts.of("ca", Registration.IF_ABSENT)).isNotNull();
        issuers.remove("ca");
        assertRetryLater(() -> accounts.of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
    }

    @Test
    void createsANewSessionOnlyIfSettingsChange() {
        IssuerSettingsCache issuers = new IssuerSettingsCache();
        AcmeAccounts accounts = AcmeAccounts.of(issuers, store);
        issuers.put(settings(false, Optional.empty(), Optional.empty()));
        assertRetryLater(() -> accounts.of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);

        issuers.put(settings(true, Optional.empty(), Optional.empty()));
        accounts.of("ca", Registration.IF_ABSENT);
        issuers.put(settings(true, Optional.empty(), Optional.empty()));
        accounts.of("ca", Registration.IF_ABSENT);

        assertThat(ca.requests.stream().filter("GET /dir"::equals))
                .as("sessions: one for each of the two settings")
                .hasSize(2);
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
                .hasValueSatisfying(seen -> assertThat(seen).contains("1048576 bytes"));
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

    @Test
    void registersTheSameKeyAgainIfTheCaLostTheAccount() {
        AcmeAccount account = account();
        String key = stored("privateKey");
        ca.json("/account", 201, "{\"status\":\"valid\"}", "Location", ca.base() + "/account/2");
        ca.json("/new", 201, order("pending"), "Location", ca.base() + "/order");
        ca.setKnownAccount("/account/2");
        ca.requests.clear();

        assertThat(account.place(NAMES)).isInstanceOf(NewOrderResult.Placed.class);

        assertThat(ca.requests).containsExactly("POST /new", "POST /account", "POST /new");
        assertThat(stored("location")).isEqualTo(ca.base() + "/account/2");
        assertThat(stored("privateKey")).isEqualTo(key);
        assertThat(account.place(NAMES)).isInstanceOf(NewOrderResult.Placed.class);
        assertThat(ca.requests).filteredOn("POST /account"::equals).hasSize(1);
    }

    @Test
    void registersOnlyOnceIfTheCaLosesTheAccountAgain() {
        AcmeAccount account = account();
        ca.setKnownAccount("/account/2");
        ca.requests.clear();

        assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_UNAVAILABLE);

        assertThat(ca.requests).containsExactly("POST /new", "POST /account", "POST /new");
    }

    @Test
    void readsTheAccountFromVaultAgainIfItMayNotRegister() {
        AcmeAccount orders = account();
        AcmeAccounts others = accounts(true);
        AcmeAccount reader = others.of("ca", Registration.NEVER);
        ca.json("/account", 201, "{\"status\":\"valid\"}", "Location", ca.base() + "/account/2");
        ca.json("/new", 201, order("pending"), "Location", ca.base() + "/order");
        ca.json("/order", 200, order("ready"));
        ca.setKnownAccount("/account/2");
        ca.requests.clear();

        assertRetryLater(() -> reader.progress(known()), ErrorCode.CA_UNAVAILABLE);
        assertThat(ca.requests).doesNotContain("POST /account");

        orders.place(NAMES);
        assertThat(others.of("ca", Registration.NEVER).progress(known())).isInstanceOf(OrderProgress.Ready.class);
    }

    private String stored(String field) {
        return store.read(SecretPath.account("ca")).orElseThrow().require(field);
    }

    private AcmeAccount account() {
        return accounts(true).of("ca", Registration.IF_ABSENT);
    }

    private AcmeAccounts accounts(boolean agreed) {
        return accounts(agreed, Optional.empty(), Optional.empty());
    }

    private AcmeAccounts accounts(boolean agreed, Optional<CaPreset> preset, Optional<String> eabPath) {
        return AcmeAccounts.of(Issuers.of(settings(agreed, preset, eabPath)), store);
    }

    private String roots() {
        try {
            return ca.pem();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private IssuerSettings settings(boolean agreed, Optional<CaPreset> preset, Optional<String> eabPath) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "name",
                "ca",
                "directory",
                ca.url("/dir"),
                "trustedRoots",
                roots(),
                "profile",
                "default",
                "termsOfServiceAgreed",
                agreed,
                "requestTimeout",
                "PT10S"));
        preset.ifPresent(one -> settings.put("preset", one.settingsName()));
        eabPath.ifPresent(path -> settings.put("eabPath", path));
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    private AcmeOrder known() {
        return new AcmeOrder(ca.url("/order"), ca.url("/finalize"), List.of(), Optional.empty());
    }

    private String order(String status) {
        return """
            {"status":"%1$s","finalize":"%2$s/finalize","authorizations":["%2$s/authorization"],"certificate":"%2$s/certificate"}\
            """.formatted(status, ca.base());
    }

    private static String problem(String type) {
        return "{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"no\"}";
    }

    private static Problem assertRetryLater(ThrowingCallable call, ErrorCode code) {
        Problem[] found = new Problem[1];
        assertThatExceptionOfType(RetryLater.class).isThrownBy(call).satisfies(e -> {
            found[0] = e.problem();
            assertThat(e.problem().code()).isEqualTo(code);
        });
        return found[0];
    }
}
