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

/** The token of an admin, created with the bootstrap token, as an operator does once. */
public final class FirstToken {
    private FirstToken() {}

    /** @param rest the order-service */
    public static String create(URI rest, String bootstrapToken) {
        String body = """
                {"name": "admin", "grants": [{"role": "admin", "owners": ["*"]}], "expiresAt": "%s"}""".formatted(Instant.now().plus(Duration.ofDays(90)).truncatedTo(ChronoUnit.SECONDS));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(rest.resolve("/api/v1/tokens"))
                            .timeout(Duration.ofSeconds(30))
                            .header("Authorization", "Bearer " + bootstrapToken)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 201) {
                throw new PartFailedException(
                        "order-service", "the first token was not created: HTTP " + response.statusCode());
            }
            return new JsonMapper().readTree(response.body()).get("token").asText();
        } catch (IOException e) {
            throw new PartFailedException("order-service", "the first token was not created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException("order-service", "the creation of the first token was interrupted", e);
        }
    }
}
