package dev.perennial.testbed.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The part of Vault's HTTP API that the setup needs. */
public final class VaultApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(10);
    /** The initialisation writes to the disk, beside the start of other programs. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

    private final URI address;
    private final Optional<String> token;

    VaultApi(URI address, Optional<String> token) {
        this.address = address;
        this.token = token;
    }

    /**
     * @param path below {@code /v1/}
     * @throws Refused with Vault's status and message if the status is not 2xx
     */
    public JsonNode get(String path) {
        return call("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    public JsonNode put(String path, Map<String, ?> body) {
        return call(
                "PUT",
                path,
                HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString()));
    }

    /** Status of {@code sys/health}: 200 ready, 501 not initialised, 503 sealed; 0 without a response. */
    int health() {
        try {
            return send(request("sys/health").timeout(HEALTH_LIMIT).GET().build())
                    .statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    private JsonNode call(String method, String path, HttpRequest.BodyPublisher body) {
        HttpResponse<String> response = send(request(path).method(method, body).build());
        if (response.statusCode() / 100 != 2) {
            throw new Refused(method + " " + path, response.statusCode(), response.body());
        }
        try {
            return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(address.resolve("/v1/" + path)).timeout(CALL_LIMIT);
        token.ifPresent(t -> request.header("X-Vault-Token", t));
        return request;
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** A response other than 2xx. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(String call, int status, String body) {
            super(call + " returned HTTP " + status + ": " + body.strip());
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
