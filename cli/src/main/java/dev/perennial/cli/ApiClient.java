package dev.perennial.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.perennial.api.ProblemDetails;
import dev.perennial.api.WaitingApproval;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The REST API of the order-service. A client can use a newer server: unknown fields are ignored, unknown constants are
 * null.
 */
final class ApiClient {
    /** Longer than a diagnosis, which takes up to half a minute. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .build();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI address;
    private final String token;

    /** @throws ApiUnreachableException if the token cannot be sent in a header */
    ApiClient(URI address, String token) {
        if (!BearerToken.isValid(token)) {
            // Without the token, which the client would quote in its exception.
            throw new ApiUnreachableException("the token is empty or has characters that a bearer token cannot have"
                    + " (RFC 6750, 2.1); check --token-file or " + ApiOptions.TOKEN_FILE);
        }
        this.address = address;
        this.token = token;
    }

    /**
     * A response.
     *
     * @param json as the API sent it, including unknown fields
     */
    record Document<T>(JsonNode json, T value) {
        /** The approval for which the change waits; nothing is changed then. */
        Optional<WaitingApproval> approval() {
            return ApiClient.approval(json);
        }
    }

    URI address() {
        return address;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    <T> Document<T> get(String path, Class<T> type) {
        return call("GET", path, BodyPublishers.noBody(), JSON.constructType(type));
    }

    <T> Document<T> get(String path, TypeReference<T> type) {
        return call("GET", path, BodyPublishers.noBody(), JSON.getTypeFactory().constructType(type));
    }

    /** Without a body. */
    <T> Document<T> post(String path, Class<T> type) {
        return call("POST", path, BodyPublishers.noBody(), JSON.constructType(type));
    }

    <T> Document<T> post(String path, Object body, Class<T> type) {
        return call("POST", path, json(body), JSON.constructType(type));
    }

    <T> Document<T> post(String path, Object body, TypeReference<T> type) {
        return call("POST", path, json(body), JSON.getTypeFactory().constructType(type));
    }

    <T> Document<T> patch(String path, Object body, Class<T> type) {
        return call("PATCH", path, json(body), JSON.constructType(type));
    }

    <T> Document<T> put(String path, Object body, Class<T> type) {
        return document(send("PUT", path, json(body)), JSON.constructType(type));
    }

    /** @return the approval for which the change waits, if it does */
    Optional<WaitingApproval> put(String path, Object body) {
        return approval(checked(send("PUT", path, json(body))));
    }

    /** Replaces a resource that has this revision. */
    <T> Document<T> put(String path, Object body, long revision, Class<T> type) {
        return document(send("PUT", path, json(body), "If-Match", "\"" + revision + "\""), JSON.constructType(type));
    }

    /** @return the approval for which the deletion waits, if it does */
    Optional<WaitingApproval> delete(String path) {
        return approval(checked(send("DELETE", path, BodyPublishers.noBody())));
    }

    private Optional<WaitingApproval> approval(HttpResponse<String> response) {
        if (response.statusCode() != 202) {
            return Optional.empty();
        }
        try {
            return approval(JSON.readTree(response.body()));
        } catch (JsonProcessingException e) {
            throw notTheApi(response);
        }
    }

    private static Optional<WaitingApproval> approval(JsonNode json) {
        return json.hasNonNull("approval")
                ? Optional.ofNullable(JSON.convertValue(json.get("approval"), WaitingApproval.class))
                : Optional.empty();
    }

    /** For responses that are not JSON. */
    String text(String path) {
        return checked(send("GET", path, BodyPublishers.noBody())).body();
    }

    private <T> Document<T> call(String method, String path, HttpRequest.BodyPublisher body, JavaType type) {
        return document(send(method, path, body), type);
    }

    private <T> Document<T> document(HttpResponse<String> answer, JavaType type) {
        HttpResponse<String> response = checked(answer);
        try {
            JsonNode json = JSON.readTree(response.body());
            T value = JSON.convertValue(json, type);
            if (value == null) {
                throw notTheApi(response);
            }
            return new Document<>(json, value);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw notTheApi(response);
        }
    }

    private static HttpRequest.BodyPublisher json(Object body) {
        try {
            return BodyPublishers.ofString(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of the API cannot be serialized", e);
        }
    }

    /** @param headers further names and values in turn */
    private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/api/v1/" + path))
                    .timeout(TIMEOUT)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(method, body);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw unusable(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (IllegalArgumentException e) {
            // For example an address without http.
            throw new ApiUnreachableException("the address " + address + " is not valid: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiUnreachableException("the call of the API at " + address + " was interrupted");
        }
    }

    private HttpResponse<String> checked(HttpResponse<String> response) {
        if (response.statusCode() < 400) {
            return response;
        }
        try {
            ProblemDetails details = JSON.readValue(response.body(), ProblemDetails.class);
            throw ApiProblemException.of(response.statusCode(), details);
        } catch (JsonProcessingException e) {
            throw notTheApi(response);
        }
    }

    private ApiUnreachableException notTheApi(HttpResponse<String> response) {
        return unusable("it responded with HTTP status " + response.statusCode()
                + " and a body that is not from the API of Perennial");
    }

    private ApiUnreachableException unusable(String reason) {
        return new ApiUnreachableException("cannot use the API at " + address + ": " + reason + "; check --api or "
                + ApiAddress.VARIABLE + ", or run ./perennial up");
    }
}
