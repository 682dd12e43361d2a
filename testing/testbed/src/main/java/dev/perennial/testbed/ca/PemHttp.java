package dev.perennial.testbed.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An HTTPS client that trusts only the given PEM roots. */
public final class PemHttp {
    private final HttpClient http;

    public PemHttp(String roots) {
        http = HttpClient.newBuilder()
                .sslContext(trusting(roots))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    public HttpClient client() {
        return http;
    }

    /** The body of a 200 response. @throws IllegalStateException for any other status */
    public String get(URI url) {
        return send(HttpRequest.newBuilder(url));
    }

    /** Sends JSON; otherwise like {@link #get}. */
    public String post(URI url, String json) {
        return send(HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private String send(HttpRequest.Builder builder) {
        try {
            HttpRequest request = builder.timeout(Duration.ofSeconds(10)).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        request.method() + " " + request.uri() + " returned HTTP " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    static X509Certificate certificate(String pem) throws CertificateException {
        var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }

    /** A new context without sessions to resume; a resumed session would return an old certificate. */
    public static SSLContext trusting(String roots) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            var in = new ByteArrayInputStream(roots.getBytes(StandardCharsets.US_ASCII));
            for (var root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("root-" + number++, root);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the roots are not usable", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
