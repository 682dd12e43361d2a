package dev.perennial.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.perennial.vault.OpenBao;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The identity of hosts in a real Vault, with exactly the rights of {@code host-enrolment.hcl}. */
class HostIdentityIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static int hosts;

    @TempDir
    static Path folder;

    private static OpenBao bao;
    private static JsonHttp http;
    private static String operator;

    private final String host = "web-" + hosts++ + ".example.com";
    private final HostIdentity identity = new HostIdentity(http, bao.address(), operator, TOKEN_LIFE);

    @BeforeAll
    static void start() throws IOException {
        bao = OpenBao.start(folder);
        http = new JsonHttp(ServerTls.ofJdk().context());
        try (var policy = HostIdentity.class.getResourceAsStream("/policies/host-enrolment.hcl")) {
            bao.admin(
                    "PUT",
                    "sys/policies/acl/host-enrolment",
                    Map.of("policy", new String(policy.readAllBytes(), StandardCharsets.UTF_8)));
        }
        operator = bao.admin(
                        "POST",
                        "auth/token/create",
                        Map.of("policies", List.of("host-enrolment"), "no_default_policy", true))
                .at("/auth/client_token")
                .asText();
    }

    @AfterAll
    static void stop() {
        bao.close();
    }

    @Test
    void letsAHostReadItsOwnSecrets() {
        String agent = login(identity.create(host));

        assertThat(read(agent, host)).isEqualTo(200);
        assertThat(read(agent, "other-host")).isEqualTo(403);
    }

    @Test
    void opensTheSecretIdOnceWithinAQuarterOfAnHour() {
        EnrolmentToken token = token(identity.create(host));
        JsonNode lookup = call(Optional.empty(), "POST", "sys/wrapping/lookup", Map.of("token", token.secretIdToken()))
                .body();
        assertThat(lookup.at("/data/creation_ttl").asInt()).isEqualTo(900);

        assertThat(new WrappedSecretId(http, token).unwrap()).isNotBlank();

        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> new WrappedSecretId(http, token).unwrap())
                .withMessageStartingWith("ALARM")
                .withMessageContaining("opened before")
                .withMessageContaining("perennial host remove");
    }

    @Test
    void raisesAnAlarmForASecretIdThatIsOpenedBetweenItsCheckAndItsUse() throws IOException {
        EnrolmentToken token = token(identity.create(host));
        HttpServer thief = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger limited = new AtomicInteger(1);
        thief.createContext("/v1/sys/wrapping/", exchange -> {
            if (limited.getAndDecrement() > 0) {
                exchange.sendResponseHeaders(429, -1);
                exchange.close();
                return;
            }
            String path = exchange.getRequestURI().getPath().substring("/v1/".length());
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            Optional<String> header =
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
            if (path.endsWith("unwrap")) {
                call(header, "POST", path, Map.of());
            }
            JsonHttp.Answer answer = http.send(
                    "POST",
                    bao.address().resolve("/v1/" + path),
                    Optional.of(body),
                    header.map(it -> List.of("X-Vault-Token", it)).orElse(List.of()));
            byte[] bytes = JSON.writeValueAsBytes(answer.body());
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        thief.start();
        EnrolmentToken throughIt = new EnrolmentToken(
                URI.create("http://127.0.0.1:" + thief.getAddress().getPort()),
                Optional.empty(),
                token.api(),
                host,
                token.roleId(),
                token.secretIdToken(),
                token.code());
        try {
            assertThatExceptionOfType(EnrolmentException.class)
                    .isThrownBy(() -> new WrappedSecretId(http, throughIt).unwrap())
                    .withMessageContaining("status 429");
            assertThatExceptionOfType(EnrolmentException.class)
                    .isThrownBy(() -> new WrappedSecretId(http, throughIt).unwrap())
                    .withMessageStartingWith("ALARM")
                    .withMessageContaining("No earlier run of this command on this host has opened it")
                    .withMessageContaining("perennial host remove");
        } finally {
            thief.stop(0);
        }
    }

    /** Another party opens the token, and gives the host one that works. */
    @Test
    void raisesAnAlarmForASecretIdThatWasWrappedAgain() {
        EnrolmentToken token = token(identity.create(host));
        String stolen = new WrappedSecretId(http, token).unwrap();
        String again =
                JSON.valueToTree(wrapAgain(stolen)).at("/wrap_info/token").asText();
        EnrolmentToken forged = new EnrolmentToken(
                token.vault(), token.vaultRoot(), token.api(), host, token.roleId(), again, token.code());

        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> new WrappedSecretId(http, forged).unwrap())
                .withMessageStartingWith("ALARM")
                .withMessageContaining("sys/wrapping/wrap");
    }

    private static JsonNode wrapAgain(String secretId) {
        return http.send(
                        "POST",
                        bao.address().resolve("/v1/sys/wrapping/wrap"),
                        Optional.of(JSON.valueToTree(Map.of("secret_id", secretId))),
                        List.of("X-Vault-Token", thief(), "X-Vault-Wrap-TTL", "900"))
                .body();
    }

    private static String thief() {
        return bao.admin("POST", "auth/token/create", Map.of("policies", List.of("default")))
                .at("/auth/client_token")
                .asText();
    }

    @Test
    void keepsTheAgentThatRunsWhenTheHostIsEnrolledAgain() {
        HostIdentity.Credentials first = identity.create(host);
        String agent = login(first);

        HostIdentity.Credentials second = identity.create(host);

        assertThat(second.roleId()).isEqualTo(first.roleId());
        assertThat(read(agent, host)).isEqualTo(200);
        assertThat(read(login(second), host)).isEqualTo(200);
    }

    @Test
    void endsAllRightsOfARemovedHostAtOnce() {
        HostIdentity.Credentials credentials = identity.create(host);
        String secretId = new WrappedSecretId(http, token(credentials)).unwrap();
        String agent = login(credentials.roleId(), secretId);
        EnrolmentToken unused = token(identity.create(host));
        assertThat(read(agent, host)).isEqualTo(200);

        assertThat(identity.remove(host)).isTrue();

        assertThat(read(agent, host)).isEqualTo(403);
        assertThat(call(Optional.of(agent), "POST", "auth/token/renew-self", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(tryLogin(credentials.roleId(), secretId).status()).isEqualTo(400);
        String late = new WrappedSecretId(http, unused).unwrap();
        assertThat(tryLogin(unused.roleId(), late).status()).isEqualTo(400);
        assertThat(identity.remove(host)).as("nothing was left").isFalse();
    }

    @Test
    void doesNotReviveOldTokensWhenTheHostIsEnrolledAgain() {
        String old = login(identity.create(host));
        identity.remove(host);

        String agent = login(identity.create(host));

        assertThat(read(agent, host)).isEqualTo(200);
        assertThat(read(old, host)).isEqualTo(403);
    }

    /** After the loss of any response, a repetition has the same result. */
    @Test
    void completesAnEnrolmentThatWasInterruptedAtAnyRequest() throws IOException {
        int interruptions = 0;
        for (int complete = 0; ; complete++) {
            String name = "enrolled-" + complete;
            try (VaultRelay relay = new VaultRelay(bao.address(), complete)) {
                boolean ended = ends(() -> at(relay.address()).create(name));
                if (!relay.interrupted()) {
                    break;
                }
                assertThat(ended).isFalse();
            }
            interruptions++;
            assertThat(read(login(identity.create(name)), name))
                    .as("after %d requests", complete)
                    .isEqualTo(200);
        }
        assertThat(interruptions).isEqualTo(7);
    }

    @Test
    void completesARemovalThatWasInterruptedAtAnyRequest() throws IOException {
        int interruptions = 0;
        for (int complete = 0; ; complete++) {
            String name = "removed-" + complete;
            String agent = login(identity.create(name));
            try (VaultRelay relay = new VaultRelay(bao.address(), complete)) {
                boolean ended = ends(() -> at(relay.address()).remove(name));
                if (!relay.interrupted()) {
                    break;
                }
                assertThat(ended).isFalse();
            }
            interruptions++;
            if (complete % 2 == 1 || complete == 0) {
                // As the enrolment of a removed host does: nothing shows an interruption before the first change.
                identity.remove(name);
            }
            if (complete % 2 == 0) {
                assertThat(read(login(identity.create(name)), name)).isEqualTo(200);
            }
            assertThat(read(agent, name)).as("after %d requests", complete).isEqualTo(403);
        }
        assertThat(interruptions).isEqualTo(5);
    }

    @Test
    void givesTheOperatorNoOtherRights() {
        identity.create(host);
        String role = "auth/approle/role/perennial-host-" + host;
        String entity = bao.admin("GET", "identity/entity/name/perennial-host-" + host, null)
                .at("/data/id")
                .asText();
        bao.admin("POST", "auth/approle/role/issuance", Map.of("token_policies", "issuance-service"));
        bao.admin("POST", "perennial/data/certificates/c1", Map.of("data", Map.of("privateKey", "secret")));
        bao.admin("POST", "perennial/data/hosts/" + host + "/c1", Map.of("data", Map.of("privateKey", "secret")));

        assertForbidden("GET", "perennial/data/certificates/c1", null);
        assertForbidden("GET", "perennial/data/hosts/" + host + "/c1", null);
        assertForbidden("GET", "perennial/metadata/hosts/?list=true", null);
        assertForbidden("DELETE", "perennial/metadata/hosts/" + host + "/c1", null);
        assertForbidden("POST", role, Map.of("token_policies", "issuance-service"));
        assertForbidden("POST", role, Map.of("token_policies", "deploy-agent,issuance-service"));
        assertForbidden("POST", role, Map.of("policies", "issuance-service"));
        assertForbidden("POST", role + "/policies", Map.of("token_policies", "issuance-service"));
        assertForbidden("POST", "auth/approle/role/issuance/secret-id", Map.of());
        assertForbidden("DELETE", "auth/approle/role/issuance", null);
        assertForbidden(
                "POST",
                "identity/entity/id/" + entity,
                Map.of(
                        "name", "perennial-host-" + host,
                        "metadata", Map.of("host", host),
                        "policies", List.of("issuance-service")));
        assertForbidden(
                "POST",
                "identity/entity/id/" + entity,
                Map.of("name", "administrator", "metadata", Map.of("host", host)));
        assertForbidden("POST", "identity/entity/id/" + entity, Map.of("name", "perennial-host-other"));
        assertForbidden("POST", "identity/entity/id/" + entity, Map.of("metadata", Map.of("host", "other")));
        assertForbidden("POST", "identity/entity/id/" + entity, Map.of("disabled", true));
        assertForbidden("GET", "identity/entity/id/" + entity, null);
        assertForbidden("DELETE", "identity/entity/id/" + entity, null);
        assertForbidden(
                "POST", "identity/entity/name/perennial-host-" + host, Map.of("policies", List.of("issuance-service")));
        assertForbidden("POST", "identity/entity", Map.of("name", "administrator"));
        assertForbidden("POST", "identity/entity-alias", Map.of("name", "x", "canonical_id", entity));
        assertForbidden("POST", "identity/entity/merge", Map.of("to_entity_id", entity));
        assertForbidden("PUT", "sys/policies/acl/deploy-agent", Map.of("policy", ""));
        assertForbidden("POST", "auth/token/create", Map.of());
    }

    @Test
    void reportsTheRightThatTheOperatorLacks() {
        HostIdentity without = new HostIdentity(http, bao.address(), thief(), TOKEN_LIFE);

        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> without.create(host))
                .withMessageContaining("status 403")
                .satisfies(e -> assertThat(e.status()).hasValue(403));
    }

    private static void assertForbidden(String method, String path, Map<String, ?> body) {
        assertThat(call(Optional.of(operator), method, path, body).status())
                .as(method + " " + path + " " + body)
                .isEqualTo(403);
    }

    private static HostIdentity at(URI address) {
        return new HostIdentity(new JsonHttp(ServerTls.ofJdk().context()), address, operator, TOKEN_LIFE);
    }

    private static boolean ends(Runnable call) {
        try {
            call.run();
            return true;
        } catch (EnrolmentException e) {
            return false;
        }
    }

    private EnrolmentToken token(HostIdentity.Credentials credentials) {
        return new EnrolmentToken(
                bao.address(),
                Optional.empty(),
                URI.create("http://127.0.0.1:1"),
                host,
                credentials.roleId(),
                credentials.secretIdToken(),
                "code");
    }

    private static String login(HostIdentity.Credentials credentials) {
        String secretId = call(Optional.of(credentials.secretIdToken()), "POST", "sys/wrapping/unwrap", Map.of())
                .body()
                .at("/data/secret_id")
                .asText();
        return login(credentials.roleId(), secretId);
    }

    private static String login(String roleId, String secretId) {
        return tryLogin(roleId, secretId).body().at("/auth/client_token").asText();
    }

    private static JsonHttp.Answer tryLogin(String roleId, String secretId) {
        return call(Optional.empty(), "POST", "auth/approle/login", Map.of("role_id", roleId, "secret_id", secretId));
    }

    private static int read(String token, String of) {
        bao.admin("POST", "perennial/data/hosts/" + of + "/c1", Map.of("data", Map.of("privateKey", "secret")));
        return call(Optional.of(token), "GET", "perennial/data/hosts/" + of + "/c1", null)
                .status();
    }

    private static JsonHttp.Answer call(Optional<String> token, String method, String path, Map<String, ?> body) {
        return http.send(
                method,
                bao.address().resolve("/v1/" + path),
                Optional.ofNullable(body).map(JSON::<JsonNode>valueToTree),
                token.map(it -> List.of("X-Vault-Token", it)).orElse(List.of()));
    }
}
