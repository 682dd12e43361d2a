package dev.perennial.orders.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderMetadataTest {
    private static final String METADATA = "/.well-known/openid-configuration";

    private final Map<String, String> answers = new HashMap<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException, JoseException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        answers.put(METADATA, metadata(issuer(), issuer() + "/keys"));
        answers.put(
                "/keys",
                "{\"keys\": [" + EcJwkGenerator.generateJwk(EllipticCurves.P256).toJson(OutputControlLevel.PUBLIC_ONLY)
                        + ", {\"kty\": \"of the future\"}]}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void readsTheKeysOfKnownTypes() throws Exception {
        assertThat(read(issuer()).keys()).hasSize(1);
    }

    /** As the API server of Kubernetes does. */
    @Test
    void readsAKeySetThatIsOfferedWithItsOwnMediaTypeOnly() throws Exception {
        answers.put("/only-jwk-set", answers.get("/keys"));
        answers.put(METADATA, metadata(issuer(), issuer() + "/only-jwk-set"));

        assertThat(read(issuer()).keys()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "http://sso.example.com/keys, not https",
        "ftp://127.0.0.1/keys,        not https",
        "null,                        not https",
        "'::',                        not a URL",
    })
    void readsKeysFromNoAddressThatCanBeChangedOnTheWay(String keySet, String message) {
        answers.put(METADATA, metadata(issuer(), keySet));

        assertFails(message);
    }

    @Test
    void requiresAKeySet() {
        answers.put(METADATA, "{\"issuer\": \"" + issuer() + "\"}");

        assertFails("jwks_uri is absent");
    }

    @Test
    void refusesTheMetadataOfAnotherIssuer() {
        answers.put(METADATA, metadata("https://other.example.com", issuer() + "/keys"));

        assertFails("names another issuer");
    }

    @ParameterizedTest
    @CsvSource({"redirect, HTTP 302", "missing, HTTP 404", "large, cannot be read", "text, not valid", "empty, no key"})
    void refusesOtherAnswers(String kind, String message) {
        answers.put("/keys", kind);

        assertFails(message);
    }

    private void assertFails(String message) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(issuer()).keys())
                .withMessageContaining(message);
    }

    private static ProviderMetadata read(String issuer) {
        try {
            return new ProviderMetadata(URI.create(issuer), SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String metadata(String issuer, String keySet) {
        return "{\"issuer\": \"" + issuer + "\", \"jwks_uri\": \"" + keySet + "\"}";
    }

    private void answer(HttpExchange call) throws IOException {
        String path = call.getRequestURI().getPath();
        boolean acceptable = !path.equals("/only-jwk-set")
                || call.getRequestHeaders().getFirst("Accept").contains("application/jwk-set+json");
        String answer = acceptable ? answers.getOrDefault(path, "missing") : "not acceptable";
        byte[] body =
                switch (answer) {
                    case "large" -> new byte[1024 * 1024];
                    case "empty" -> "{\"keys\": []}".getBytes(StandardCharsets.UTF_8);
                    default -> answer.getBytes(StandardCharsets.UTF_8);
                };
        call.getResponseHeaders().add("Location", issuer() + "/keys-2");
        call.sendResponseHeaders(
                switch (answer) {
                    case "redirect" -> 302;
                    case "missing" -> 404;
                    case "not acceptable" -> 406;
                    default -> 200;
                },
                body.length);
        try {
            call.getResponseBody().write(body);
        } catch (IOException e) {
            // The client has read enough.
            return;
        } finally {
            call.close();
        }
    }
}
