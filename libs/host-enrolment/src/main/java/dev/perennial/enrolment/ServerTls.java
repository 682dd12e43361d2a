package dev.perennial.enrolment;

import dev.perennial.events.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The roots that a client trusts, and their fingerprints. */
public final class ServerTls {
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
    private static final int MAX_CHAIN = 10;
    private static final int HTTPS = 443;

    private final X509TrustManager trust;

    private ServerTls(X509TrustManager trust) {
        this.trust = trust;
    }

    /** Trusts the roots of the JDK. */
    public static ServerTls ofJdk() {
        return new ServerTls(trustManager(null));
    }

    /** Trusts the roots in a PEM file, and no others. @throws EnrolmentException if it contains none */
    public static ServerTls ofFile(Path pem) {
        return ofRoots(certificates(pem));
    }

    static ServerTls ofRoots(Collection<X509Certificate> roots) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int count = 0;
            for (X509Certificate root : roots) {
                store.setCertificateEntry("root-" + count++, root);
            }
            return new ServerTls(trustManager(store));
        } catch (IOException | GeneralSecurityException e) {
            throw new EnrolmentException("the trusted roots cannot be used: " + e.getMessage(), e);
        }
    }

    /** Trusts the root with this fingerprint only. */
    public record Pinned(ServerTls tls, X509Certificate root, boolean isOfJdk) {
        /** PEM, RFC 7468. */
        public String pem() {
            return ServerTls.pem(root);
        }
    }

    /**
     * Finds the root with a fingerprint, and trusts it only.
     *
     * @param roots PEM file; without it, the root must be in the chain that the server sends, or in the JDK
     * @throws EnrolmentException if it is found nowhere
     */
    public static Pinned pinned(URI address, String fingerprint, Optional<Path> roots) {
        List<X509Certificate> ofJdk = List.of(ofJdk().trust.getAcceptedIssuers());
        Stream<X509Certificate> candidates = roots.map(file -> certificates(file).stream())
                .orElseGet(() -> Stream.concat(ofJdk.stream(), presented(address).stream()));
        X509Certificate root = candidates
                .filter(candidate -> Sha256.fingerprint(candidate).equals(fingerprint))
                .findFirst()
                .orElseThrow(() -> new EnrolmentException(roots.map(
                                file -> file + " does not contain the root of Vault that the enrolment token names")
                        .orElse("the server at " + address
                                + " is not the Vault of the enrolment token, or does not send its"
                                + " root; copy the file with its root to this host, and specify --vault-roots-file")));
        return new Pinned(ofRoots(List.of(root)), root, ofJdk.contains(root));
    }

    public SSLContext context() {
        return context(trust);
    }

    /**
     * Connects, and returns the SHA-256 (hex) of the root that verifies the server.
     *
     * @throws EnrolmentException if the server cannot be reached or is not trusted
     */
    public String fingerprint(URI address) {
        List<X509Certificate> chain = handshake(address, context(), true);
        try {
            X509CertSelector leaf = new X509CertSelector();
            leaf.setCertificate(chain.getFirst());
            Set<TrustAnchor> anchors = Arrays.stream(trust.getAcceptedIssuers())
                    .map(root -> new TrustAnchor(root, null))
                    .collect(Collectors.toSet());
            PKIXBuilderParameters path = new PKIXBuilderParameters(anchors, leaf);
            path.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            path.setRevocationEnabled(false);
            PKIXCertPathBuilderResult built = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(path);
            return Sha256.fingerprint(built.getTrustAnchor().getTrustedCert());
        } catch (GeneralSecurityException e) {
            throw new EnrolmentException("the root of " + address + " cannot be determined: " + e.getMessage(), e);
        }
    }

    /** The chain of a server that is not verified; only a certificate with a known fingerprint is used. */
    private static List<X509Certificate> presented(URI address) {
        return handshake(address, context(new Unverified()), false);
    }

    private static List<X509Certificate> handshake(URI address, SSLContext tls, boolean verified) {
        int port = address.getPort() < 0 ? HTTPS : address.getPort();
        int limit = Math.toIntExact(HANDSHAKE_LIMIT.toMillis());
        try (Socket connection = new Socket()) {
            connection.connect(new InetSocketAddress(address.getHost(), port), limit);
            connection.setSoTimeout(limit);
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(connection, address.getHost(), port, true);
            if (verified) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            return Arrays.stream(socket.getSession().getPeerCertificates())
                    .limit(MAX_CHAIN)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (IOException e) {
            throw new EnrolmentException(
                    "no TLS connection to " + address + ": " + e.getMessage()
                            + "; check the address and the file with the roots of Vault",
                    e);
        }
    }

    private static List<X509Certificate> certificates(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            List<X509Certificate> roots = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (roots.isEmpty()) {
                throw new EnrolmentException(pem + " contains no certificate");
            }
            return roots;
        } catch (IOException | GeneralSecurityException e) {
            throw new EnrolmentException(pem + " cannot be read as certificates in PEM: " + e.getMessage(), e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new EnrolmentException("a certificate cannot be encoded", e);
        }
    }

    private static X509TrustManager trustManager(KeyStore roots) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(roots);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw new EnrolmentException("the trusted roots cannot be used: " + e.getMessage(), e);
        }
    }

    private static SSLContext context(TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new EnrolmentException("TLS is not available: " + e.getMessage(), e);
        }
    }

    /** Accepts every chain. Its connections send nothing: they only read the chain. */
    private static final class Unverified extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
