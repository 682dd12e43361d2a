package dev.perennial.enrolment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The part of Vault's HTTP API that an enrolment needs. */
final class VaultCalls {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_TEXT = 300;

    private final JsonHttp http;
    private final URI address;
    private final Optional<String> token;

    VaultCalls(JsonHttp http, URI address, Optional<String> token) {
        this.http = http;
        this.address = address;
        this.token = token;
    }

    VaultCalls with(Optional<String> other) {
        return new VaultCalls(http, address, other);
    }

    /** @return empty if it does not exist */
    Optional<JsonNode> find(String path) {
        JsonHttp.Answer answer = send("GET", path, Optional.empty(), List.of());
        return answer.status() == 404 ? Optional.empty() : Optional.of(checked("GET", path, answer));
    }

    JsonNode get(String path) {
        return checked("GET", path, send("GET", path, Optional.empty(), List.of()));
    }

    JsonNode post(String path, Map<String, ?> body) {
        return post(path, body, List.of());
    }

    JsonNode post(String path, Map<String, ?> body, List<String> headers) {
        return checked("POST", path, send("POST", path, Optional.of(JSON.valueToTree(body)), headers));
    }

    /** Also if it does not exist. */
    void delete(String path) {
        JsonHttp.Answer answer = send("DELETE", path, Optional.empty(), List.of());
        if (answer.status() != 404) {
            checked("DELETE", path, answer);
        }
    }

    private JsonHttp.Answer send(String method, String path, Optional<JsonNode> body, List<String> headers) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of("X-Vault-Request", "true"));
        token.ifPresent(it -> all.addAll(List.of("X-Vault-Token", it)));
        return http.send(method, address.resolve("/v1/" + path), body, all);
    }

    /** @throws EnrolmentException with Vault's status and error, if it has refused the request */
    private static JsonNode checked(String method, String path, JsonHttp.Answer answer) {
        if (answer.isSuccess()) {
            return answer.body();
        }
        String error = answer.body().path("errors").path(0).asText("").strip().replaceAll("\\s+", " ");
        throw new EnrolmentException(
                "Vault has refused " + method + " " + path + " with status " + answer.status()
                        + (error.isEmpty() ? "" : ": " + error.substring(0, Math.min(error.length(), MAX_TEXT))),
                answer.status());
    }
}
