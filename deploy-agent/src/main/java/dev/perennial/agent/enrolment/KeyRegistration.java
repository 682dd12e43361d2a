package dev.perennial.agent.enrolment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perennial.enrolment.EnrolmentException;
import dev.perennial.enrolment.EnrolmentToken;
import dev.perennial.enrolment.JsonHttp;
import dev.perennial.platform.crypto.SigningKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Registers the public key of this host over REST. To repeat it with the same token and key is no error. */
final class KeyRegistration {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_TEXT = 300;
    private static final int UNAUTHENTICATED = 401;

    private final JsonHttp api;

    KeyRegistration(JsonHttp api) {
        this.api = api;
    }

    /**
     * @param file of the key, for the message
     * @throws EnrolmentException if the API cannot be reached or has refused the key
     */
    void register(EnrolmentToken token, SigningKey key, Path file) {
        JsonHttp.Answer answer = api.send(
                "POST",
                token.api().resolve("/api/v1/hosts/" + token.host() + "/keys"),
                Optional.of(json(key)),
                List.of("Authorization", "Bearer " + token.code()));
        if (answer.isSuccess() && answer.body().path("id").asText().equals(key.id())) {
            return;
        }
        throw new EnrolmentException(
                "the credentials of Vault are stored, but the signing key is not registered: the API responded with status "
                        + answer.status() + detail(answer) + ". "
                        + (answer.status() == UNAUTHENTICATED
                                ? "The enrolment has expired or was replaced: enrol the host again with a new token"
                                : "Correct it, and run the command again with the same token. If the key was revoked, delete "
                                        + file + " first"));
    }

    private static JsonNode json(SigningKey key) {
        try {
            return JSON.readTree(key.verificationKey().jwk());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a public key is JSON", e);
        }
    }

    private static String detail(JsonHttp.Answer answer) {
        String detail = answer.body().path("detail").asText("").replaceAll("\\p{Cntrl}+", " ");
        return detail.isEmpty() ? "" : " (" + detail.substring(0, Math.min(detail.length(), MAX_TEXT)) + ")";
    }
}
