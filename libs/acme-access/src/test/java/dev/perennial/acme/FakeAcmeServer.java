package dev.perennial.acme;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A fake CA over HTTPS: issues nonces, records requests, checks no signature and sends a configured response for each
 * path. The scenarios test the same code against Pebble.
 */
final class FakeAcmeServer implements AutoCloseable {
    private static final Pattern PROTECTED = Pattern.compile("\"protected\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern PAYLOAD = Pattern.compile("\"payload\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern KID = Pattern.compile("\"kid\"\\s*:\\s*\"([^\"]+)\"");
    private static final String UNKNOWN_ACCOUNT =
            "{\"type\":\"urn:ietf:params:acme:error:accountDoesNotExist\",\"detail\":\"unknown\"}";

    final List<String> requests = new CopyOnWriteArrayList<>();
    /** The body of the last request, by path. */
    final Map<String, String> bodies = new ConcurrentHashMap<>();

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    /** The number of requests without a response. */
    final AtomicInteger pending = new AtomicInteger();

    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final AtomicInteger nonces = new AtomicInteger();
    private final HttpsServer server;
    private final X509Certificate certificate;
    private volatile String account;
    private volatile CountDownLatch release = new CountDownLatch(0);

    record Answer(int status, String contentType, String body, Map<String, String> headers) {}

    private record Refusal(String member, Answer answer) {}

    FakeAcmeServer() throws Exception {
        KeyPair key = AccountKey.generate();
        certificate = selfSigned(key);
        // More than the concurrent requests of a test: a full backlog drops connections, which the client retries late.
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(key)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
        json("/dir", 200, """
            {"newNonce":"%1$s/nonce","newAccount":"%1$s/account","newOrder":"%1$s/new","keyChange":"%1$s/key-change","revokeCert":"%1$s/revoke","meta":{"termsOfService":"%1$s/terms"}}\
            """.formatted(base()));
        answer("/nonce", new Answer(200, "text/plain", "", Map.of()));
        setKnownAccount("/account/1");
        json("/account", 201, "{\"status\":\"valid\"}", "Location", base() + "/account/1");
    }

    String base() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    URI url(String path) {
        return URI.create(base() + path);
    }

    String pem() throws CertificateEncodingException {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** The server's own certificate, also used as a certificate to revoke. */
    X509Certificate certificate() {
        return certificate;
    }

    void answer(String path, Answer answer) {
        answers.put(path, answer);
    }

    void json(String path, int status, String body, String... header) {
        Map<String, String> headers = header.length == 0 ? Map.of() : Map.of(header[0], header[1]);
        answer(path, new Answer(status, status < 400 ? "application/json" : "application/problem+json", body, headers));
    }

    /** Sends this response if the signed request has the member, and the configured one otherwise. */
    void refuse(String path, String member, Answer answer) {
        refusals.put(path, new Refusal("\"" + member + "\"", answer));
    }

    private Answer answerTo(String path, byte[] request) {
        Refusal refusal = refusals.get(path);
        return refusal != null && part(PAYLOAD, request).contains(refusal.member())
                ? refusal.answer()
                : answers.getOrDefault(path, new Answer(404, "text/plain", "", Map.of()));
    }

    /** Makes this the only known account; initially it is {@code /account/1}. */
    void setKnownAccount(String path) {
        account = base() + path;
    }

    /** Delays all responses until the latch opens. */
    void holdUntil(CountDownLatch opened) {
        release = opened;
    }

    private void serve(HttpExchange exchange) throws IOException {
        pending.incrementAndGet();
        try (exchange) {
            release.await();
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            byte[] request = exchange.getRequestBody().readAllBytes();
            bodies.put(path, new String(request, StandardCharsets.UTF_8));
            String kid = kid(request);
            Answer answer = kid.isEmpty() || kid.equals(account)
                    ? answerTo(path, request)
                    : new Answer(400, "application/problem+json", UNKNOWN_ACCOUNT, Map.of());
            exchange.getResponseHeaders().set("Replay-Nonce", "nonce" + nonces.incrementAndGet());
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            boolean withoutBody =
                    body.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), withoutBody ? -1 : body.length);
            if (!withoutBody) {
                OutputStream out = exchange.getResponseBody();
                out.write(body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pending.decrementAndGet();
        }
    }

    /** The account that signed a request (RFC 8555 section 6.2); empty if a key signed it or it is unsigned. */
    private static String kid(byte[] body) {
        Matcher kid = KID.matcher(part(PROTECTED, body));
        return kid.find() ? kid.group(1) : "";
    }

    private static String part(Pattern member, byte[] body) {
        Matcher found = member.matcher(new String(body, StandardCharsets.UTF_8));
        return found.find() ? new String(Base64.getUrlDecoder().decode(found.group(1)), StandardCharsets.UTF_8) : "";
    }

    private SSLContext tls(KeyPair key) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", key.getPrivate(), new char[0], new X509Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static X509Certificate selfSigned(KeyPair key) throws Exception {
        X500Name name = new X500Name("CN=fake CA");
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minusSeconds(3600)),
                Date.from(now.plusSeconds(3600)),
                name,
                key.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
