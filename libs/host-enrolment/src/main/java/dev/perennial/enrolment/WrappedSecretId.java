package dev.perennial.enrolment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** The secret id of a host, which its wrapping token opens once. */
public final class WrappedSecretId {
    private static final int TOO_MANY_REQUESTS = 429;

    private final VaultCalls vault;
    private final EnrolmentToken token;

    public WrappedSecretId(JsonHttp http, EnrolmentToken token) {
        this.vault = new VaultCalls(http, token.vault(), Optional.empty());
        this.token = token;
    }

    /**
     * Opens the secret id.
     *
     * @throws EnrolmentException if the wrapping token was used before, has expired, or is not the one that the operator
     *     created
     */
    public String unwrap() {
        requireUnopened();
        JsonNode answer = open();
        String secretId = answer.at("/data/secret_id").asText("");
        if (secretId.isEmpty()) {
            throw new EnrolmentException("Vault's response has no secret id; enrol the host again");
        }
        return secretId;
    }

    private JsonNode open() {
        try {
            return vault.with(Optional.of(token.secretIdToken())).post("sys/wrapping/unwrap", Map.of());
        } catch (EnrolmentException e) {
            if (!isRefused(e)) {
                throw e;
            }
            throw new EnrolmentException(
                    "ALARM: the enrolment token was opened, or expired, after this command had found it unopened. No earlier"
                            + " run of this command on this host has opened it. If no other run was in progress, another"
                            + " party has the rights of this host: run 'perennial host remove' for it with --force at once;"
                            + " see docs/operating/hosts.md#the-alarm",
                    e);
        }
    }

    /** A party that has opened the token could wrap the secret id again; Vault shows the request that was wrapped. */
    private void requireUnopened() {
        String path = lookup().at("/data/creation_path").asText("");
        if (!path.equals(HostRole.secretIdPath(token.host()))) {
            throw new EnrolmentException(
                    "ALARM: the enrolment token was opened and wrapped again by another party, which may have the rights of"
                            + " this host (it wraps '" + path
                            + "'). Run 'perennial host remove' for this host with --force"
                            + " at once, then enrol it again; see docs/operating/hosts.md#the-alarm");
        }
    }

    private JsonNode lookup() {
        try {
            return vault.post("sys/wrapping/lookup", Map.of("token", token.secretIdToken()));
        } catch (EnrolmentException e) {
            if (!isRefused(e)) {
                throw e;
            }
            throw new EnrolmentException(
                    "ALARM: the enrolment token has expired (15 minutes) or was opened before. If it has expired, or was"
                            + " opened by an earlier run of this command on this host, enrol the host again. Otherwise"
                            + " another party has the rights of this host: run 'perennial host remove' for it with --force"
                            + " at once; see docs/operating/hosts.md#the-alarm",
                    e);
        }
    }

    /** Not if Vault fails, or limits the rate of requests. */
    private static boolean isRefused(EnrolmentException e) {
        int status = e.status().orElse(0);
        return status / 100 == 4 && status != TOO_MANY_REQUESTS;
    }
}
