package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.parts.Postgres;
import dev.perennial.orders.parts.TestIdentityProvider;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Access tokens of identity providers at the packaged service. The providers are doubles. */
class IdentityProviderIT {
    private static final String DATABASE = Postgres.url();
    private static final Map<String, Object> REQUESTER = Map.of(
            "typ",
            "Bearer",
            "realm_access",
            Map.of("roles", List.of("offline_access", "cert-requester")),
            "groups",
            List.of("/teams/shop"));

    @TempDir
    static Path dir;

    private static TestIdentityProvider corp;
    private static TestIdentityProvider cluster;
    private static String absent;
    private static PackagedService service;
    private static ServiceClient admin;

    @BeforeAll
    static void start() throws Exception {
        corp = TestIdentityProvider.start(0);
        cluster = TestIdentityProvider.start(0);
        absent = absentProvider();
        service = PackagedService.start(
                dir,
                DATABASE,
                Stream.of(
                                provider("corp", corp.issuer()),
                                List.of("perennial.identity-providers.corp.required-claims.typ=Bearer"),
                                rule("corp", 0, "realm_access/roles", "cert-requester", "requester"),
                                List.of(
                                        "perennial.identity-providers.corp.grants[0].owners-claim=groups",
                                        "perennial.identity-providers.corp.grants[0].owners-prefix=/teams/"),
                                rule("corp", 1, "realm_access/roles", "cert-admin", "admin"),
                                List.of("perennial.identity-providers.corp.grants[1].owners=*"),
                                provider("cluster", cluster.issuer()),
                                rule("cluster", 0, "sub", "system:serviceaccount:shop:*", "requester"),
                                List.of("perennial.identity-providers.cluster.grants[0].owners=shop"),
                                provider("absent", absent))
                        .flatMap(List::stream)
                        .toList());
        admin = service.createAdmin("admin");
        for (TestIdentityProvider provider : List.of(corp, cluster)) {
            // The keys are read after the start.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client(provider.token("nobody", Map.of(), claims -> {}))
                                    .get("/api/v1/access/self")
                                    .statusCode()
                            != 503);
        }
    }

    private static String absentProvider() {
        try (TestIdentityProvider stopped = TestIdentityProvider.start(0)) {
            return stopped.issuer();
        }
    }

    private static List<String> provider(String name, String issuer) {
        String property = "perennial.identity-providers." + name + ".";
        return List.of(property + "issuer=" + issuer, property + "audience=perennial");
    }

    private static List<String> rule(String provider, int index, String claim, String value, String role) {
        String property = "perennial.identity-providers." + provider + ".grants[" + index + "].";
        return List.of(property + "claim=" + claim, property + "value=" + value, property + "role=" + role);
    }

    @AfterAll
    static void stop() {
        service.close();
        corp.close();
        cluster.close();
    }

    @Test
    void derivesGrantsFromClaims() throws Exception {
        JsonNode self = self(corp.token("alice", REQUESTER, claims -> {}));

        assertThat(self.get("principal").asText()).isEqualTo("user:alice@corp");
        assertThat(self.get("grants")).hasSize(1);
        assertThat(self.get("grants").get(0).get("role").asText()).isEqualTo("requester");
        assertThat(self.get("grants").get(0).get("owners").get(0).asText()).isEqualTo("shop");
    }

    @Test
    void allowsWhatTheGrantsCoverOnly() throws Exception {
        ServiceClient alice = client(corp.token("alice", REQUESTER, claims -> {}));

        assertThat(alice.post(request("shop"), "application/json").statusCode()).isEqualTo(202);
        ServiceClient.requireProblem(
                alice.post(request("blog"), "application/json"), 403, "urn:perennial:error:access-denied");
        assertThat(ServiceClient.json(admin.get("/api/v1/access/decisions?principal=user:alice@corp&limit=1"))
                        .get(0)
                        .get("allowed")
                        .asBoolean())
                .isFalse();
    }

    /** A member by the policy of an owner, in addition to the grants of the configuration. */
    @Test
    void grantsTheRoleOfAMemberUntilItIsRemoved() throws Exception {
        String members = """
                {"owners": {"press": {"claims": [
                  {"provider": "corp", "claim": "department", "value": "press", "role": "requester"}]}}}""";
        Map<String, Object> ofPress = Map.of("typ", "Bearer", "department", "press");
        String token = corp.token("paula", ofPress, claims -> {});
        ServiceClient.requireProblem(
                client(token).post(request("press"), "application/json"), 403, "urn:perennial:error:access-denied");
        HttpResponse<String> applied = admin.put("/api/v1/policy", members, "0");
        assertThat(applied.statusCode()).as(applied.body()).isEqualTo(201);

        JsonNode self = self(token);
        assertThat(self.get("grants")).hasSize(1);
        assertThat(self.get("grants").get(0).get("role").asText()).isEqualTo("requester");
        assertThat(self.get("grants").get(0).get("owners").get(0).asText()).isEqualTo("press");
        assertThat(client(token).post(request("press"), "application/json").statusCode())
                .isEqualTo(202);
        assertThat(client(token).post(request("shop"), "application/json").statusCode())
                .isEqualTo(403);
        assertThat(self(cluster.token("paula", ofPress, claims -> {})).get("grants"))
                .as("the same claim of another provider")
                .isEmpty();
        assertThat(self(corp.token("eve", Map.of("typ", "Bearer", "department", "pressroom"), claims -> {}))
                        .get("grants"))
                .as("another value")
                .isEmpty();
        assertThat(client(TestIdentityProvider.sign(
                                TestIdentityProvider.newKey(corp.key().getKeyId()),
                                corp.claims("paula", ofPress, claims -> {})))
                        .get("/api/v1/access/self")
                        .statusCode())
                .as("a forged signature")
                .isEqualTo(401);

        assertThat(admin.put("/api/v1/policy", "{}", "1").statusCode()).isEqualTo(200);

        assertThat(self(token).get("grants")).isEmpty();
        assertThat(client(token).post(request("press"), "application/json").statusCode())
                .isEqualTo(403);
    }

    @Test
    void grantsNothingWithoutAClaim() throws Exception {
        ServiceClient stranger = client(
                corp.token("mallory", Map.of("typ", "Bearer", "groups", List.of("/teams/shop", "*")), claims -> {}));

        ServiceClient.requireProblem(stranger.get("/api/v1/certificates"), 403, "urn:perennial:error:access-denied");
    }

    @Test
    void grantsNoOwnersThatAreNotNames() throws Exception {
        Map<String, Object> odd = Map.of(
                "typ",
                "Bearer",
                "realm_access",
                Map.of("roles", List.of("cert-requester")),
                "groups",
                List.of("/teams/*", "/teams/", "/other/blog", "blog", 7));

        assertThat(client(corp.token("alice", odd, claims -> {}))
                        .get("/api/v1/certificates")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void acceptsTokensOfServiceAccounts() throws Exception {
        JsonNode self = self(cluster.token("system:serviceaccount:shop:deployer", Map.of(), claims -> {}));

        assertThat(self.get("principal").asText()).isEqualTo("user:system:serviceaccount:shop:deployer@cluster");
        assertThat(self.get("grants").get(0).get("owners").get(0).asText()).isEqualTo("shop");
    }

    static Stream<Arguments> forged() throws Exception {
        JwtClaims claims = corp.claims(
                "alice", Map.of("typ", "Bearer", "realm_access", Map.of("roles", List.of("cert-admin"))), it -> {});
        RsaJsonWebKey own = TestIdentityProvider.newKey(corp.key().getKeyId());
        String valid = TestIdentityProvider.sign(corp.key(), claims);
        String signature = valid.substring(valid.lastIndexOf('.'));
        return Stream.of(
                Arguments.of("no signature, alg none", none(claims)),
                Arguments.of("no signature, alg of the provider", valid.substring(0, valid.lastIndexOf('.') + 1)),
                Arguments.of(
                        "HMAC with the DER of the public key",
                        hmac(claims, corp.key().getPublicKey().getEncoded())),
                Arguments.of(
                        "HMAC with the PEM of the public key",
                        hmac(claims, pem(corp.key().getPublicKey()))),
                Arguments.of(
                        "HMAC with the JWK of the public key",
                        hmac(claims, corp.key().toJson().getBytes(StandardCharsets.UTF_8))),
                Arguments.of("another key with the same id", TestIdentityProvider.sign(own, claims)),
                Arguments.of(
                        "an unknown key", TestIdentityProvider.sign(TestIdentityProvider.newKey("unknown"), claims)),
                Arguments.of("a key in the header", withKeyInHeader(own, claims)),
                Arguments.of("a key at an address in the header", withKeyAddress(own, claims, cluster.issuer())),
                Arguments.of("the key of another provider", TestIdentityProvider.sign(cluster.key(), claims)),
                Arguments.of(
                        "an issuer that is not configured",
                        corp.token("alice", Map.of(), it -> it.setIssuer("https://evil.example"))),
                Arguments.of(
                        "the issuer of another provider",
                        corp.token("alice", Map.of(), it -> it.setIssuer(cluster.issuer()))),
                Arguments.of(
                        "the issuer with a slash",
                        corp.token("alice", Map.of(), it -> it.setIssuer(corp.issuer() + "/"))),
                Arguments.of("no issuer", corp.token("alice", Map.of(), it -> it.unsetClaim("iss"))),
                Arguments.of("another audience", corp.token("alice", REQUESTER, it -> it.setAudience("grafana"))),
                Arguments.of("no audience", corp.token("alice", REQUESTER, it -> it.unsetClaim("aud"))),
                Arguments.of("expired", corp.token("alice", REQUESTER, it -> it.setExpirationTime(inSeconds(-60)))),
                Arguments.of("no expiry", corp.token("alice", REQUESTER, it -> it.unsetClaim("exp"))),
                Arguments.of("not valid yet", corp.token("alice", REQUESTER, it -> it.setNotBefore(inSeconds(600)))),
                Arguments.of("no subject", corp.token("alice", REQUESTER, it -> it.unsetClaim("sub"))),
                Arguments.of("a subject of 10,000 characters", corp.token("a".repeat(10_000), REQUESTER, it -> {})),
                Arguments.of("a subject with an invisible character", corp.token("ali\u200bce", REQUESTER, it -> {})),
                Arguments.of("a subject with a line break", corp.token("alice\nroot", REQUESTER, it -> {})),
                Arguments.of("changed claims", changed(claims, signature)),
                Arguments.of("an empty JWT", ".."),
                Arguments.of("a payload that is not JSON", "e30.bm90IGpzb24.e30"),
                Arguments.of("an issuer that is not text", "e30." + base64("{\"iss\": {\"a\": 1}}") + ".e30"),
                Arguments.of("an opaque token", "9d2c8f0e4b"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forged")
    void refusesForgedTokens(String what, String token) throws Exception {
        HttpResponse<String> response = client(token).get("/api/v1/access/self");

        JsonNode problem = ServiceClient.requireProblem(response, 401, "urn:perennial:error:unauthenticated");
        assertThat(problem.get("detail").asText()).doesNotContain("alice", "evil", "jose4j", "JWT (");
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(service.log()).doesNotContain("a defect");
        if (token.length() > 20) {
            assertThat(service.log()).doesNotContain(token.substring(token.length() - 20));
        }
    }

    @Test
    void statesThatATokenHasExpired() throws Exception {
        String expired = corp.token("alice", REQUESTER, it -> it.setExpirationTime(inSeconds(-60)));

        assertThat(client(expired).get("/api/v1/access/self").body()).contains("the token has expired");
    }

    @Test
    void acceptsANewKeyOfTheProviderAndRefusesTheWithdrawnOne() throws Exception {
        String old = cluster.token("system:serviceaccount:shop:deployer", Map.of(), claims -> {});
        self(old);

        cluster.rotateKey("second");

        String renewed = cluster.token("system:serviceaccount:shop:deployer", Map.of(), claims -> {});
        await().atMost(PackagedService.START_LIMIT).untilAsserted(() -> assertThat(
                        client(renewed).get("/api/v1/access/self").statusCode())
                .isEqualTo(200));
        assertThat(client(old).get("/api/v1/access/self").statusCode()).isEqualTo(401);
    }

    @Test
    void requiresTheValuesOfClaims() throws Exception {
        Map<String, Object> idToken = new HashMap<>(REQUESTER);
        idToken.put("typ", "ID");

        assertThat(client(corp.token("alice", idToken, claims -> {}))
                        .get("/api/v1/access/self")
                        .body())
                .contains("401", "'typ'");
    }

    @Test
    void sendsNoTokenToAProvider() throws Exception {
        self(corp.token("alice", REQUESTER, claims -> {}));
        client("prn_0000000000000000_" + "A".repeat(43)).get("/api/v1/access/self");
        client("opaque").get("/api/v1/access/self");

        assertThat(Stream.concat(corp.requests().stream(), cluster.requests().stream()))
                .allMatch(path -> path.equals("/.well-known/openid-configuration") || path.equals("/keys"));
    }

    @Test
    void answers503WhileAProviderIsAbsentAndOthersWork() throws Exception {
        String token = corp.token("alice", REQUESTER, it -> it.setIssuer(absent));

        HttpResponse<String> response = client(token).get("/api/v1/access/self");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(admin.get("/api/v1/access/self").statusCode()).isEqualTo(200);
        self(corp.token("alice", REQUESTER, claims -> {}));
    }

    private static JsonNode self(String token) throws Exception {
        HttpResponse<String> response = client(token).get("/api/v1/access/self");
        assertThat(response.statusCode())
                .as(() -> response.body() + service.log())
                .isEqualTo(200);
        return ServiceClient.json(response);
    }

    private static ServiceClient client(String token) {
        return service.client(token);
    }

    private static String request(String owner) {
        return """
                {"name":"oidc","owner":"%s","identifiers":[{"type":"dns","value":"oidc.example.com"}]}""".formatted(owner);
    }

    private static NumericDate inSeconds(long seconds) {
        return NumericDate.fromSeconds(NumericDate.now().getValue() + seconds);
    }

    private static String none(JwtClaims claims) {
        return base64("{\"alg\":\"none\"}") + "." + base64(claims.toJson()) + ".";
    }

    private static String changed(JwtClaims claims, String signature) {
        return base64("{\"alg\":\"RS256\",\"kid\":\"first\"}") + "."
                + base64(claims.toJson().replace("alice", "admin")) + signature;
    }

    private static String hmac(JwtClaims claims, byte[] secret) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKeyIdHeaderValue("first");
        signature.setPayload(claims.toJson());
        signature.setKey(new HmacKey(secret));
        return signature.getCompactSerialization();
    }

    private static byte[] pem(PublicKey key) {
        return ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String withKeyInHeader(RsaJsonWebKey key, JwtClaims claims) throws JoseException {
        return signed(key, claims, it -> it.getHeaders().setJwkHeaderValue("jwk", publicPart(key)));
    }

    private static PublicJsonWebKey publicPart(RsaJsonWebKey key) {
        try {
            return PublicJsonWebKey.Factory.newPublicJwk(key.toJson());
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String withKeyAddress(RsaJsonWebKey key, JwtClaims claims, String address) throws JoseException {
        return signed(key, claims, it -> it.setHeader("jku", address + "/jku"));
    }

    private static String signed(RsaJsonWebKey key, JwtClaims claims, Consumer<JsonWebSignature> change)
            throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        change.accept(signature);
        return signature.getCompactSerialization();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
