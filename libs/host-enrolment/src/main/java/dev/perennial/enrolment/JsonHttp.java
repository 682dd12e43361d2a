package dev.perennial.enrolment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** Requests with JSON. Time and size of every response are limited, and no redirect is followed: each request has a secret. */
public final class JsonHttp {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MAX_BODY = 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http;
    private final Duration limit;

    public JsonHttp(SSLContext tls) {
        this(tls, LIMIT);
    }

    JsonHttp(SSLContext tls, Duration limit) {
        this.limit = limit;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .sslContext(tls)
                .build();
    }

    /** @param body a missing node if it is not JSON */
    public record Answer(int status, JsonNode body) {
        public boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    /**
     * @param headers names and values in turn
     * @throws EnrolmentException if the server cannot be reached or does not answer in time
     */
    public Answer send(String method, URI uri, Optional<JsonNode> body, List<String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.map(it -> BodyPublishers.ofString(it.toString())).orElseGet(BodyPublishers::noBody));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY));
        try {
            HttpResponse<byte[]> response = exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(response.statusCode(), json(response.body()));
        } catch (TimeoutException e) {
            throw new EnrolmentException(
                    uri.getRawAuthority() + " did not answer within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new EnrolmentException(
                    uri.getRawAuthority() + " cannot be reached: " + reason(e.getCause())
                            + "; check the address, the network and the trusted roots",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnrolmentException("interrupted", e);
        } finally {
            exchange.cancel(true);
        }
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        } catch (IOException e) {
            throw new EnrolmentException("the response cannot be read", e);
        }
    }
}
