package dev.perennial.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The REST API of the order-service. */
final class ApiClient {
    /** The doctor takes half a minute at most. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI address;
    private final String token;

    ApiClient(URI address, String token) {
        this.address = address;
        this.token = token;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return call("GET", path, BodyPublishers.noBody());
    }

    JsonNode post(String path, JsonNode body) {
        return call("POST", path, BodyPublishers.ofString(body.toString()));
    }

    JsonNode put(String path, JsonNode body) {
        return call("PUT", path, BodyPublishers.ofString(body.toString()));
    }

    JsonNode patch(String path, JsonNode body) {
        return call("PATCH", path, BodyPublishers.ofString(body.toString()));
    }

    /** What is no JSON. */
    String text(String path) {
        HttpResponse<String> answer = send("GET", path, BodyPublishers.noBody());
        if (answer.statusCode() >= 400) {
            throw ApiProblemException.of(answer.statusCode(), document(answer));
        }
        return answer.body();
    }

    JsonNode delete(String path) {
        return call("DELETE", path, BodyPublishers.noBody());
    }

    private JsonNode call(String method, String path, HttpRequest.BodyPublisher body) {
        HttpResponse<String> answer = send(method, path, body);
        JsonNode document = document(answer);
        if (answer.statusCode() >= 400) {
            throw ApiProblemException.of(answer.statusCode(), document);
        }
        return document;
    }

    private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/v1/" + path))
                    .timeout(LIMIT)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(method, body)
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw unreachable(e.getMessage() == null ? "nobody takes the connection" : e.getMessage());
        } catch (IllegalArgumentException e) {
            // An address without http, a token with a line break.
            throw new ApiUnreachableException(
                    "the address " + address + " or the token is not usable: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted");
        }
    }

    private JsonNode document(HttpResponse<String> answer) {
        try {
            return answer.body().isEmpty() ? object() : JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw unreachable(
                    "HTTP " + answer.statusCode() + " with a body that is not JSON; that is not the API of Perennial");
        }
    }

    private ApiUnreachableException unreachable(String why) {
        return new ApiUnreachableException("the API at " + address + " cannot be used: " + why);
    }
}
