package dev.perennial.enrolment;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates and ends the identity of hosts in Vault, with the token of an operator. Every call can be repeated, also after one that
 * was interrupted.
 */
public final class HostIdentity {
    /** The policy of all agents: a template with the host from the metadata of the entity. */
    private static final String POLICY = "deploy-agent";

    private static final Duration WRAPPING = Duration.ofMinutes(15);

    private final VaultCalls vault;
    private final Duration tokenLife;

    /** @param tokenLife of the tokens with which the agents work; they renew them, for a day at most */
    public HostIdentity(JsonHttp http, URI address, String operatorToken, Duration tokenLife) {
        this.vault = new VaultCalls(http, address, Optional.of(operatorToken));
        this.tokenLife = tokenLife;
    }

    /** @param secretIdToken a wrapping token: it opens the secret id once */
    public record Credentials(String roleId, String secretIdToken) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Credentials[" + roleId + "]";
        }
    }

    /**
     * Creates or updates the AppRole and the entity of a host, and a new secret id. Those that exist remain valid.
     *
     * @throws EnrolmentException if Vault cannot be reached or has refused a step
     */
    public Credentials create(String host) {
        Optional<JsonNode> entity = entity(host);
        if (entity.filter(it -> it.at("/data/disabled").asBoolean()).isPresent()) {
            // A removal was interrupted. The tokens of that time must stay invalid, so that the entity cannot be used
            // again.
            remove(host);
            entity = Optional.empty();
        }
        vault.post(
                HostRole.path(host),
                Map.of(
                        "token_policies",
                        POLICY,
                        "token_no_default_policy",
                        true,
                        "token_ttl",
                        tokenLife.toSeconds() + "s",
                        "token_max_ttl",
                        "24h"));
        String roleId = text(vault.get(HostRole.path(host) + "/role-id"), "/data/role_id");
        identify(host, roleId, entity.map(it -> text(it, "/data/id")));
        JsonNode wrapped = vault.post(
                HostRole.secretIdPath(host),
                Map.of(),
                List.of("X-Vault-Wrap-TTL", Long.toString(WRAPPING.toSeconds())));
        return new Credentials(roleId, text(wrapped, "/wrap_info/token"));
    }

    /**
     * Vault creates the entity at the first login of the AppRole. An operator who could create its alias could move the AppRole of a
     * host to any entity, with all policies of that one.
     */
    private void identify(String host, String roleId, Optional<String> named) {
        JsonNode once = vault.post(HostRole.secretIdPath(host), Map.of("num_uses", 1, "ttl", "60s"));
        JsonNode login = vault.with(Optional.empty())
                .post("auth/approle/login", Map.of("role_id", roleId, "secret_id", text(once, "/data/secret_id")));
        String id = text(login, "/auth/entity_id");
        if (named.filter(it -> !it.equals(id)).isPresent()) {
            // Of an AppRole that was deleted by other means: the name is free again.
            vault.delete(HostRole.entityPath(host));
        }
        vault.post("identity/entity/id/" + id, Map.of("name", HostRole.name(host), "metadata", Map.of("host", host)));
    }

    /** Whether Vault has an AppRole or an entity of the host. */
    public boolean exists(String host) {
        return entity(host).isPresent() || hasRole(host);
    }

    /**
     * Ends all rights of a host: its tokens are invalid at once, and it can get no new ones. Copies of secrets stay; no identity can
     * read them.
     *
     * @return whether an AppRole or an entity of the host existed
     * @throws EnrolmentException if Vault cannot be reached or has refused a step
     */
    public boolean remove(String host) {
        boolean entity = entity(host).isPresent();
        boolean role = hasRole(host);
        if (entity) {
            vault.post(HostRole.entityPath(host), Map.of("disabled", true));
        }
        vault.delete(HostRole.path(host));
        // Last: a login in between would create another entity, without rights.
        vault.delete(HostRole.entityPath(host));
        return entity || role;
    }

    private boolean hasRole(String host) {
        return vault.find(HostRole.path(host)).isPresent();
    }

    private Optional<JsonNode> entity(String host) {
        return vault.find(HostRole.entityPath(host));
    }

    private static String text(JsonNode answer, String pointer) {
        String text = answer.at(pointer).asText("");
        if (text.isEmpty()) {
            throw new EnrolmentException("Vault's response has no " + pointer + "; check the address of Vault");
        }
        return text;
    }
}
