package dev.perennial.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Requests to an identity provider. An answer has at most 1 MiB and arrives within 20 s. Redirects are not followed,
 * because a request has secrets.
 */
final class ProviderHttp {
    private static final int MAX_BYTES = 1 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Duration timeout;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    ProviderHttp() {
        this(TIMEOUT);
    }

    /** @param timeout of a request, until the end of the answer */
    ProviderHttp(Duration timeout) {
        this.timeout = timeout;
    }

    /** @throws ProviderUnreachableException on a lost connection, a timeout, or HTTP status 429 or 5xx */
    ProviderAnswer get(URI url) {
        return send(HttpRequest.newBuilder(url).GET());
    }

    /**
     * @param form encoded as {@code application/x-www-form-urlencoded}
     * @throws ProviderUnreachableException on a lost connection, a timeout, or HTTP status 429 or 5xx
     */
    ProviderAnswer post(URI url, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** In a thread, because the timeout of the client ends with the headers of the response. */
    private ProviderAnswer send(HttpRequest.Builder builder) {
        HttpRequest request = builder.header("Accept", "application/json").build();
        FutureTask<ProviderAnswer> exchange =
                new FutureTask<>(() -> answer(http.send(request, BodyHandlers.ofInputStream())));
        Thread.startVirtualThread(exchange);
        try {
            return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw failure(request.uri(), e.getCause());
        } catch (TimeoutException e) {
            throw new ProviderUnreachableException(
                    request.uri(), "no complete answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderUnreachableException(request.uri(), "the request was interrupted");
        } finally {
            exchange.cancel(true);
        }
    }

    private static ProviderAnswer answer(HttpResponse<InputStream> response) throws IOException {
        try (InputStream stream = response.body()) {
            int status = response.statusCode();
            if (status == 429 || status >= 500) {
                throw new ProviderUnreachableException(response.uri(), "it responded with HTTP status " + status);
            }
            byte[] body = stream.readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                throw LoginException.unusable("the identity provider answered at " + response.uri()
                        + " with more than 1 MiB; check --provider and the configuration of the provider");
            }
            return ProviderAnswer.of(response.uri(), status, body);
        }
    }

    private static RuntimeException failure(URI url, Throwable cause) {
        return switch (cause) {
            case LoginException unusable -> unusable;
            case ProviderUnreachableException unreachable -> unreachable;
            case IOException lost ->
                new ProviderUnreachableException(
                        url, lost.getMessage() == null ? lost.getClass().getSimpleName() : lost.getMessage());
            default -> new IllegalStateException("the request to " + url + " failed", cause);
        };
    }
}
