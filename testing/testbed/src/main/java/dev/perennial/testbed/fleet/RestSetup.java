package dev.perennial.testbed.fleet;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What an operator does once over REST, before the first request. */
public final class RestSetup {
    private static final String SERVICE = "order-service";

    private final URI rest;

    /** @param rest the order-service */
    public RestSetup(URI rest) {
        this.rest = rest;
    }

    /** Creates the token of an admin with the bootstrap token. */
    public String firstToken(String bootstrapToken) {
        return field(
                post("/api/v1/tokens", bootstrapToken, """
                {"name": "admin", "grants": [{"role": "admin", "owners": ["*"]}], "expiresAt": "%s"}""".formatted(
                                Instant.now().plus(Duration.ofDays(90)).truncatedTo(ChronoUnit.SECONDS))),
                "token");
    }

    /** Registers a host, and creates the code for its enrolment. */
    String enrolmentCode(String host, String adminToken) {
        send("PUT", "/api/v1/hosts/" + host, adminToken, "{}");
        return field(post("/api/v1/hosts/" + host + "/enrolments", adminToken, ""), "code");
    }

    URI address() {
        return rest;
    }

    private static String field(String json, String name) {
        try {
            return new JsonMapper().readTree(json).required(name).asText();
        } catch (IOException e) {
            throw new PartFailedException(SERVICE, "its response cannot be read", e);
        }
    }

    private String post(String path, String token, String body) {
        return send("POST", path, token, body);
    }

    private String send(String method, String path, String token, String body) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(rest.resolve(path))
                            .timeout(Duration.ofSeconds(30))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new PartFailedException(
                        SERVICE, method + " " + path + " was answered with HTTP " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new PartFailedException(SERVICE, method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(SERVICE, method + " " + path + " was interrupted", e);
        }
    }
}
