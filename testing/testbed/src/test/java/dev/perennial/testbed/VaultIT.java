package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.enrolment.HostIdentity;
import dev.perennial.testbed.vault.AppRole;
import dev.perennial.testbed.vault.VaultApi;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class VaultIT {
    private static Stack stack;

    @BeforeAll
    static void start() {
        stack = Stack.builder()
                .only(StackPart.VAULT)
                .host("web-1")
                .vaultOnDisk()
                .start();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void permitsAHostToReadItsOwnCopiesOnly() throws Exception {
        stack.vault().api().put("perennial/data/hosts/web-1/c1", Map.of("data", Map.of("name", "shop")));
        stack.vault().api().put("perennial/data/hosts/web-2/c1", Map.of("data", Map.of("name", "shop")));

        VaultApi agent = loginAsHost("web-1");

        assertThat(agent.get("perennial/data/hosts/web-1/c1")
                        .at("/data/data/name")
                        .asText())
                .isEqualTo("shop");
        assertRefused(() -> agent.get("perennial/data/hosts/web-2/c1"));
        assertRefused(() -> agent.put("perennial/data/hosts/web-1/c1", Map.of("data", Map.of("name", "mine"))));
    }

    @Test
    void permitsTheIssuanceServiceToWriteTheCopiesOfAHost() throws Exception {
        VaultApi issuance = login("issuance-service");

        issuance.put("perennial/data/hosts/web-1/c2", Map.of("data", Map.of("name", "api")));

        assertThat(loginAsHost("web-1")
                        .get("perennial/data/hosts/web-1/c2")
                        .at("/data/data/name")
                        .asText())
                .isEqualTo("api");
    }

    @Test
    void keepsItsSecretsWhenItIsKilled() {
        stack.vault().api().put("perennial/data/accounts/killed", Map.of("data", Map.of("a", "b")));

        stack.vault().kill();
        assertThat(stack.vault().healthy()).isFalse();
        stack.vault().start();

        assertThat(stack.vault()
                        .api()
                        .get("perennial/data/accounts/killed")
                        .at("/data/data/a")
                        .asText())
                .isEqualTo("b");
    }

    @Test
    void keepsItsSecretsWhenItIsSealed() {
        stack.vault().api().put("perennial/data/accounts/kept", Map.of("data", Map.of("a", "b")));

        stack.vault().seal();
        assertThat(stack.vault().healthy()).isFalse();
        stack.vault().unseal();

        assertThat(stack.vault().healthy()).isTrue();
        assertThat(stack.vault()
                        .api()
                        .get("perennial/data/accounts/kept")
                        .at("/data/data/a")
                        .asText())
                .isEqualTo("b");
    }

    @Test
    void hasARandomRootTokenInAProtectedFile() throws Exception {
        assertThat(Files.getPosixFilePermissions(stack.run().root().resolve("vault/root-token")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertRefused(() -> stack.vault().api(Optional.of("root")).get("sys/mounts"));
    }

    private static VaultApi loginAsHost(String host) {
        HostIdentity.Credentials credentials = stack.vault().hosts().create(host);
        String secretId = stack.vault()
                .api(Optional.of(credentials.secretIdToken()))
                .put("sys/wrapping/unwrap", Map.of())
                .at("/data/secret_id")
                .asText();
        return login(credentials.roleId(), secretId);
    }

    private static VaultApi login(String name) throws Exception {
        AppRole role = stack.vault().appRole(name);
        return login(Files.readString(role.roleIdFile()), Files.readString(role.secretIdFile()));
    }

    private static VaultApi login(String roleId, String secretId) {
        Map<String, String> credentials = Map.of("role_id", roleId, "secret_id", secretId);
        var answer = stack.vault().api(Optional.empty()).put("auth/approle/login", credentials);
        return stack.vault().api(Optional.of(answer.at("/auth/client_token").asText()));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(VaultApi.Refused.class, e -> assertThat(e.status())
                .isEqualTo(403));
    }
}
