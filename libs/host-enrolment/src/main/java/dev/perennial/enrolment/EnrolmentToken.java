package dev.perennial.enrolment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.ResourceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Carries an enrolment from the operator to the host. It can be used once, for a quarter of an hour: the secret id of the host is in
 * Vault, wrapped, and the wrapping token opens it once.
 *
 * @param vault address of Vault
 * @param vaultRoot SHA-256 of the root certificate of Vault, hex; absent without TLS
 * @param api address of the REST API
 * @param roleId of the AppRole of the host; no secret
 * @param secretIdToken the token that unwraps the secret id (response wrapping of Vault)
 * @param code with which the host registers its key
 */
public record EnrolmentToken(
        URI vault, Optional<String> vaultRoot, URI api, String host, String roleId, String secretIdToken, String code) {
    public static final String PREFIX = "prne_";

    private static final int MAX_LENGTH = 8_192;
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,512}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @throws IllegalArgumentException without quoting a value, if one of them cannot be part of a token */
    public EnrolmentToken {
        SecureAddress.require("the address of Vault", vault);
        SecureAddress.require("the address of the API", api);
        if (SecureAddress.isTls(vault) != vaultRoot.isPresent()) {
            throw new IllegalArgumentException("the fingerprint of Vault's root is required with https, and only then");
        }
        require("the fingerprint of Vault's root", vaultRoot.orElse("0".repeat(64)), FINGERPRINT);
        if (!ResourceName.isValid(host)) {
            throw new IllegalArgumentException("the name of the host is not valid");
        }
        require("the role id", roleId, VISIBLE);
        require("the wrapping token", secretIdToken, VISIBLE);
        require("the enrolment code", code, VISIBLE);
    }

    public String text() {
        ObjectNode json = JSON.createObjectNode().put("v", 1).put("vault", vault.toString());
        vaultRoot.ifPresent(it -> json.put("vaultRoot", it));
        json.put("api", api.toString())
                .put("host", host)
                .put("roleId", roleId)
                .put("secretId", secretIdToken)
                .put("code", code);
        return PREFIX
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException without quoting the text, if it is not a token */
    public static EnrolmentToken parse(String text) {
        if (text.length() > MAX_LENGTH || !text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("it does not begin with " + PREFIX + ", or is too long");
        }
        try {
            JsonNode json = JSON.readTree(Base64.getUrlDecoder().decode(text.substring(PREFIX.length())));
            if (json.path("v").asInt() != 1) {
                throw new IllegalArgumentException("it is of another version; use the command line of this version");
            }
            return new EnrolmentToken(
                    URI.create(json.path("vault").asText()),
                    Optional.of(json.path("vaultRoot").asText()).filter(it -> !it.isEmpty()),
                    URI.create(json.path("api").asText()),
                    json.path("host").asText(),
                    json.path("roleId").asText(),
                    json.path("secretId").asText(),
                    json.path("code").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("its content cannot be read; copy it completely");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(String what, String value, Pattern form) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " is not valid");
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "EnrolmentToken[" + host + "]";
    }
}
