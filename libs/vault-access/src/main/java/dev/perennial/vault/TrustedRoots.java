package dev.perennial.vault;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS contexts that trust only the given root certificates, and not those of the JDK. */
public final class TrustedRoots {
    private TrustedRoots() {}

    /** @throws IllegalStateException if the file contains no certificate or cannot be read */
    public static SSLContext ofFile(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return context(in, "the trusted roots file " + file);
        } catch (IOException e) {
            throw new IllegalStateException("the trusted roots file " + file + " cannot be read", e);
        }
    }

    /** @throws IllegalStateException if the text contains no certificate or is malformed */
    public static SSLContext ofPem(String pem) {
        return context(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)), "the PEM of trusted roots");
    }

    private static SSLContext context(InputStream pem, String source) {
        try {
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            int count = 0;
            for (var root : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                roots.setCertificateEntry("root-" + count++, root);
            }
            if (count == 0) {
                throw new IllegalStateException(source + " contains no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(source + " cannot be used: " + e.getMessage(), e);
        }
    }
}
