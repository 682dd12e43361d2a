package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/** Sends requests to the REST API of a service with its token. */
final class ServiceClient {
    /** A revision for which {@link #put} sends no If-Match. */
    static final String ANY = "any";

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final String token;

    ServiceClient(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /** Requests a certificate. */
    HttpResponse<String> post(String body, String contentType) throws Exception {
        return post("/api/v1/certificates", body, contentType);
    }

    HttpResponse<String> post(String path, String body, String contentType) throws Exception {
        return send(authorized(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    /** @param revision for If-Match, or {@link #ANY} */
    HttpResponse<String> put(String path, String body, String revision) throws Exception {
        HttpRequest.Builder request =
                authorized(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body));
        if (!revision.equals(ANY)) {
            request.header("If-Match", revision);
        }
        return send(request);
    }

    HttpResponse<String> patch(String path, String body) throws Exception {
        return send(authorized(path)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    HttpResponse<String> delete(String path) throws Exception {
        return send(authorized(path).DELETE());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(authorized(path));
    }

    /**
     * Creates a service token.
     *
     * @param owner of the certificates, or {@code *}
     */
    String createToken(String name, String role, String owner) throws Exception {
        HttpResponse<String> created = post(
                "/api/v1/tokens",
                """
                {"name": "%s", "grants": [{"role": "%s", "owners": ["%s"]}], "expiresAt": "%s"}""".formatted(name, role, owner, Instant.now().plus(Duration.ofDays(1))),
                "application/json");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return json(created).get("token").asText();
    }

    /** Sends a request without adding the token. */
    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Whether the response to a GET request has status 200. */
    boolean answers(URI uri) throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(uri)).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    HttpRequest.Builder authorized(String path) {
        return HttpRequest.newBuilder(at(path)).header("Authorization", "Bearer " + token);
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return EventCodec.mapper().readTree(answer.body());
    }

    /** Checks that the response is a problem document (RFC 9457) of this status and type. */
    static JsonNode requireProblem(HttpResponse<String> answer, int status, String type) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("type").asText()).isEqualTo(type);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank();
        assertThat(problem.get("traceId").asText()).matches("[0-9a-f]{32}");
        return problem;
    }
}
