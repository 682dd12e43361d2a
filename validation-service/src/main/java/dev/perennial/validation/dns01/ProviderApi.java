package dev.perennial.validation.dns01;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The JSON API of a provider. Does not follow redirects, which would send credentials to another host. */
final class ProviderApi {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_BODY = 4 * 1024 * 1024;
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String provider;
    private final URI base;
    private final Duration timeout;

    ProviderApi(String provider, URI base, Duration timeout) {
        this.provider = provider;
        this.base = URI.create(base.toString().replaceAll("/+$", ""));
        this.timeout = timeout;
    }

    /** @param body empty if the response is not JSON */
    record Answer(int status, JsonNode body, String text) {
        boolean succeeded() {
            return status / 100 == 2;
        }
    }

    Answer get(String path, Map<String, String> headers) {
        return send("GET", path, headers, HttpRequest.BodyPublishers.noBody());
    }

    Answer send(String method, String path, Map<String, String> headers, Object body) {
        return send(
                method,
                path,
                headers,
                HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString(), StandardCharsets.UTF_8));
    }

    Answer delete(String path, Map<String, String> headers) {
        return send("DELETE", path, headers, HttpRequest.BodyPublishers.noBody());
    }

    /** @throws dev.perennial.events.RetryLater if there is no response, or its status is 429 or 5xx */
    private Answer send(String method, String path, Map<String, String> headers, HttpRequest.BodyPublisher body) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, body);
        headers.forEach(request::header);
        Answer answer = answer(method + " " + base + path, request.build());
        if (answer.status() == 429 || answer.status() >= 500) {
            throw DnsErrors.unavailable(
                    "the API of the DNS provider '" + provider + "' is temporarily unavailable",
                    shown(method + " " + base + path, answer));
        }
        return answer;
    }

    /** @throws dev.perennial.validation.challenges.PresentationException if the status is not 2xx */
    Answer require(String action, Answer answer) {
        if (!answer.succeeded()) {
            throw DnsErrors.refused(
                    "the DNS provider '" + provider + "' refused to " + action
                            + (answer.status() == 401 || answer.status() == 403 ? "; check its credentials" : ""),
                    shown(base.toString(), answer));
        }
        return answer;
    }

    private Answer answer(String action, HttpRequest request) {
        // The request's own timeout ends with the headers of the response.
        CompletableFuture<HttpResponse<byte[]>> exchange = HTTP.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_BODY));
        try {
            HttpResponse<byte[]> response = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            String text = new String(response.body(), StandardCharsets.UTF_8);
            return new Answer(response.statusCode(), json(text), text);
        } catch (TimeoutException e) {
            throw DnsErrors.unavailable(
                    "the API of the DNS provider '" + provider + "' sent no complete response within "
                            + timeout.toMillis() + " ms: " + action,
                    e);
        } catch (ExecutionException e) {
            throw DnsErrors.unavailable(
                    "the API of the DNS provider '" + provider + "' does not answer: " + action, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            // Closes the connection of an exchange that has not ended.
            exchange.cancel(true);
        }
    }

    private static JsonNode json(String text) {
        try {
            return text.isBlank() ? JSON.missingNode() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static String shown(String action, Answer answer) {
        return action + " answered " + answer.status() + ": " + DnsErrors.shown(answer.text());
    }
}
