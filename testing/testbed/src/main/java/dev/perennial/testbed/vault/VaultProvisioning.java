package dev.perennial.testbed.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The one-time setup of a new Vault by an operator: mount, policies, AppRoles, host identities. */
final class VaultProvisioning {
    static final String MOUNT = "perennial";
    private static final List<String> SERVICES = List.of("order-service", "validation-service", "issuance-service");
    private static final String AGENT = "deploy-agent";
    // Short, so that tokens are renewed within a test of some minutes.
    private static final String TOKEN_LIFE = "5m";

    private final RunFolder run;
    private final List<String> hosts;

    VaultProvisioning(RunFolder run, Collection<String> hosts) {
        this.run = run;
        this.hosts = List.copyOf(hosts);
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
        String accessor = vault.get("sys/auth")
                .required("data")
                .required("approle/")
                .required("accessor")
                .asText();
        for (String host : hosts) {
            String roleId = createRole(vault, AGENT + "." + host, AGENT);
            identify(vault, host, roleId, accessor);
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

    private String createRole(VaultApi vault, String name, String policy) {
        String role = "auth/approle/role/" + name;
        vault.put(role, Map.of("token_policies", List.of(policy), "token_ttl", TOKEN_LIFE, "token_max_ttl", "24h"));
        String roleId = data(vault.get(role + "/role-id"), "role_id");
        String secretId = data(vault.put(role + "/secret-id", Map.of()), "secret_id");
        run.writeSecret("vault/" + name + ".role-id", roleId);
        run.writeSecret("vault/" + name + ".secret-id", secretId);
        return roleId;
    }

    /** All agents have one policy, a template with the host from the metadata of this entity. */
    private static void identify(VaultApi vault, String host, String roleId, String accessor) {
        JsonNode entity =
                vault.put("identity/entity", Map.of("name", "host-" + host, "metadata", Map.of("host", host)));
        vault.put(
                "identity/entity-alias",
                Map.of("name", roleId, "canonical_id", data(entity, "id"), "mount_accessor", accessor));
    }

    private static String data(JsonNode answer, String field) {
        return answer.required("data").required(field).asText();
    }
}
