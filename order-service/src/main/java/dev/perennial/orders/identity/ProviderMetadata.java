package dev.perennial.orders.identity;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Reads the public keys of a provider: its metadata (OpenID Connect Discovery 1.0, section 4), then its key set. */
final class ProviderMetadata {
    /** RFC 7517 section 8.5.2; the API server of Kubernetes offers its keys only with this type. */
    private static final String TYPES = "application/json, application/jwk-set+json";

    private static final int MAX_BYTES = 512 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI issuer;
    private final HttpClient http;

    ProviderMetadata(URI issuer, SSLContext tls) {
        this.issuer = issuer;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(tls)
                .build();
    }

    /**
     * @return at least one key
     * @throws IOException with a message for operators if the provider does not answer, or its answers cannot be used
     */
    List<JsonWebKey> keys() throws IOException {
        try {
            var metadata =
                    JsonUtil.parseJson(get(URI.create(withoutSlash(issuer) + "/.well-known/openid-configuration")));
            if (!issuer.toString().equals(metadata.get("issuer"))) {
                throw new IOException("its metadata names another issuer: " + metadata.get("issuer"));
            }
            List<JsonWebKey> keys = new JsonWebKeySet(get(keySet(metadata.get("jwks_uri")))).getJsonWebKeys();
            if (keys.isEmpty()) {
                throw new IOException("its key set has no key of a known type");
            }
            return List.copyOf(keys);
        } catch (JoseException e) {
            throw new IOException("its metadata or key set is not valid: " + e.getMessage(), e);
        }
    }

    /** @throws IOException if the address could be changed on the way */
    private static URI keySet(Object value) throws IOException {
        try {
            URI address = URI.create(String.valueOf(value));
            if (IdentityProvider.isTrustworthy(address)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("its jwks_uri is not a URL", e);
        }
        throw new IOException("its jwks_uri is absent or not https: " + value);
    }

    private static String withoutSlash(URI address) {
        return address.toString().replaceAll("/$", "");
    }

    private String get(URI address) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", TYPES)
                .timeout(TIMEOUT)
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            // The timeout of the request ends with the headers of the response.
            HttpResponse<byte[]> response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(address + " answered with HTTP " + response.statusCode());
            }
            return new String(response.body(), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw new IOException(address + " did not answer within " + TIMEOUT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(address + " cannot be read: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }
}
