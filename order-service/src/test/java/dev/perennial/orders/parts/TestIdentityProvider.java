package dev.perennial.orders.parts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** A double of an identity provider: its metadata, its public keys, and tokens that tests may change. */
public final class TestIdentityProvider implements AutoCloseable {
    private final HttpServer server;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private volatile RsaJsonWebKey key;

    private TestIdentityProvider(HttpServer server) {
        this.server = server;
        rotateKey("first");
    }

    /** @param port 0 for any free one */
    public static TestIdentityProvider start(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
            TestIdentityProvider provider = new TestIdentityProvider(server);
            server.createContext(
                    "/.well-known/openid-configuration",
                    call -> provider.answer(call, """
                    {"issuer": "%1$s", "jwks_uri": "%1$s/keys", "token_endpoint": "%1$s/token",
                     "introspection_endpoint": "%1$s/introspection", "userinfo_endpoint": "%1$s/userinfo",
                     "authorization_endpoint": "%1$s/authorization", "response_types_supported": ["code"],
                     "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}
                    """.formatted(provider.issuer())));
            server.createContext("/keys", call -> provider.answer(call, "{\"keys\": [" + provider.key.toJson() + "]}"));
            server.createContext("/", call -> provider.answer(call, "{\"active\": true}"));
            server.start();
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String issuer() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The paths that were requested. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public RsaJsonWebKey key() {
        return key;
    }

    /** The previous key is not published any more. */
    public void rotateKey(String id) {
        key = newKey(id);
    }

    public static RsaJsonWebKey newKey(String id) {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
            key.setUse("sig");
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A valid token for the audience {@code perennial}, unless {@code change} makes it an invalid one. */
    public String token(String subject, Map<String, Object> claims, Consumer<JwtClaims> change) {
        return sign(key, claims(subject, claims, change));
    }

    public JwtClaims claims(String subject, Map<String, Object> more, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer());
        claims.setSubject(subject);
        claims.setAudience("perennial");
        claims.setIssuedAtToNow();
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() + 300));
        more.forEach(claims::setClaim);
        change.accept(claims);
        return claims;
    }

    public static String sign(RsaJsonWebKey key, JwtClaims claims) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange call, String json) throws IOException {
        requests.add(call.getRequestURI().getPath());
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().add("Content-Type", "application/json");
        call.sendResponseHeaders(200, body.length);
        call.getResponseBody().write(body);
        call.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
