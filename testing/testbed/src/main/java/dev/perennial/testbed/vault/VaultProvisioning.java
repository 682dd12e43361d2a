package dev.perennial.testbed.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The one-time setup of a new Vault by an administrator: mount, policies, AppRoles of the services, and the token of an operator. */
final class VaultProvisioning {
    static final String MOUNT = "perennial";
    private static final List<String> SERVICES = List.of("order-service", "validation-service", "issuance-service");
    private static final String AGENT = "deploy-agent";
    private static final String OPERATOR = "host-enrolment";
    private static final String OPERATOR_TOKEN = "vault/operator-token";
    /** Short, so that tokens are renewed within a test of some minutes. */
    static final Duration TOKEN_LIFE = Duration.ofMinutes(5);

    private final RunFolder run;

    VaultProvisioning(RunFolder run) {
        this.run = run;
    }

    AppRole appRole(String name) {
        return new AppRole(
                run.root().resolve("vault/" + name + ".role-id"), run.root().resolve("vault/" + name + ".secret-id"));
    }

    void apply(VaultApi vault) {
        mount(vault);
        vault.put("sys/auth/approle", Map.of("type", "approle"));
        for (String service : SERVICES) {
            policy(vault, service);
            createRole(vault, service, service);
        }
        policy(vault, AGENT);
        policy(vault, OPERATOR);
        run.writeSecret(
                OPERATOR_TOKEN,
                vault.put("auth/token/create", Map.of("policies", List.of(OPERATOR), "no_default_policy", true))
                        .at("/auth/client_token")
                        .asText());
    }

    Path operatorTokenFile() {
        return run.root().resolve(OPERATOR_TOKEN);
    }

    /** The rights of an operator who enrols hosts, and no others. */
    String operatorToken() {
        try {
            return Files.readString(operatorTokenFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mount(VaultApi vault) {
        vault.put("sys/mounts/" + MOUNT, Map.of("type", "kv", "options", Map.of("version", "2")));
        // A new KV v2 mount returns 400 for a moment while it upgrades itself.
        if (!Await.until(Duration.ofSeconds(10), () -> answers(vault, MOUNT + "/config"))) {
            throw new PartFailedException("vault", "its KV mount did not become ready within 10 s");
        }
    }

    private static boolean answers(VaultApi vault, String path) {
        try {
            vault.get(path);
            return true;
        } catch (VaultApi.Refused e) {
            return false;
        }
    }

    private static void policy(VaultApi vault, String name) {
        vault.put("sys/policies/acl/" + name, Map.of("policy", resource("/policies/" + name + ".hcl")));
    }

    private static String resource(String path) {
        try (var in = VaultProvisioning.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new PartFailedException("vault", "the class path has no " + path + "; vault-access brings it");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void createRole(VaultApi vault, String name, String policy) {
        String role = "auth/approle/role/" + name;
        vault.put(
                role,
                Map.of(
                        "token_policies",
                        List.of(policy),
                        "token_ttl",
                        TOKEN_LIFE.toSeconds() + "s",
                        "token_max_ttl",
                        "24h"));
        String roleId = data(vault.get(role + "/role-id"), "role_id");
        String secretId = data(vault.put(role + "/secret-id", Map.of()), "secret_id");
        run.writeSecret("vault/" + name + ".role-id", roleId);
        run.writeSecret("vault/" + name + ".secret-id", secretId);
    }

    private static String data(JsonNode answer, String field) {
        return answer.required("data").required(field).asText();
    }
}
