package dev.perennial.agent.proof;

import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What a client offers to the server in its ClientHello. An empty list means the defaults of the JDK.
 *
 * @param schemes for signatures of the handshake and, because the JDK does not separate them, of certificates
 */
record Offer(List<String> protocols, List<String> cipherSuites, List<String> schemes, List<String> groups) {
    private static final List<String> ECDSA =
            List.of("ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512");
    private static final List<String> RSA_PSS =
            List.of("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512");
    /** In TLS 1.3, these are allowed for certificates only (RFC 8446 section 4.2.3). */
    private static final List<String> RSA_PKCS1 = List.of("rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512");

    private static final List<String> OTHERS =
            List.of("ed25519", "ed448", "rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512");
    private static final List<String> TLS_1_2 = List.of("TLSv1.2");

    /**
     * The key exchange with static RSA does not prove in time that the server has the key: see {@link
     * ClientCertificateRequest}. The JDK disables it, unless its security properties are changed.
     */
    private static final List<String> SUITES = defaultSuites();

    private static final Predicate<String> TLS_1_3_SUITE = suite -> !suite.contains("_WITH_");

    /** Everything that the JDK supports. */
    static final Offer ANY = new Offer(List.of(), SUITES, List.of(), List.of());

    /**
     * Sufficient for most servers, at less CPU: the JDK sends a key share for the first group of each of two families, so
     * that one group halves the key generations, and it evaluates each suite and scheme several times. X25519 is the
     * fastest group if only the C1 compiler is used. Not for a key on another curve with TLS 1.2, whose curve must be
     * one of the groups (RFC 8422 section 5.1).
     */
    static final Offer FIRST = new Offer(
            List.of(),
            suites(suite -> TLS_1_3_SUITE.test(suite) || suite.startsWith("TLS_ECDHE_") && suite.contains("_GCM_")),
            all(List.of(ECDSA, RSA_PSS, RSA_PKCS1, OTHERS)),
            List.of("x25519"));

    Offer {
        protocols = List.copyOf(protocols);
        cipherSuites = List.copyOf(cipherSuites);
        schemes = List.copyOf(schemes);
        groups = List.copyOf(groups);
    }

    /**
     * Offers that a server with several certificates can answer only with one of this leaf's type of key; to be tried in
     * this order. Empty for a type that cannot be separated.
     */
    static List<Offer> forKeyOf(X509Certificate leaf) {
        return switch (leaf.getPublicKey().getAlgorithm()) {
            case "EC" ->
                List.of(
                        // With TLS 1.2, the suites exclude an RSA key; with TLS 1.3, the schemes do.
                        new Offer(
                                List.of(),
                                suites(TLS_1_3_SUITE.or(suite -> suite.contains("_ECDSA_WITH_"))),
                                all(List.of(ECDSA, RSA_PKCS1)),
                                List.of()),
                        // For an issuer that signs with RSASSA-PSS.
                        new Offer(TLS_1_2, suites(suite -> suite.contains("_ECDSA_WITH_")), List.of(), List.of()));
            case "RSA" -> {
                Predicate<String> rsa = suite -> suite.contains("_RSA_WITH_");
                String issuer = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
                Offer tls12 = new Offer(TLS_1_2, suites(rsa), List.of(), List.of());
                if (!issuer.endsWith("ECDSA")) {
                    yield List.of(
                            new Offer(
                                    List.of(),
                                    suites(TLS_1_3_SUITE.or(rsa)),
                                    all(List.of(RSA_PSS, RSA_PKCS1)),
                                    List.of()),
                            tls12);
                }
                // OpenSSL presents no certificate whose own signature has a scheme that is not offered. With TLS 1.3,
                // the
                // scheme of the issuer then allows an ECDSA key too, although after the others.
                List<String> ofIssuer = ECDSA.stream()
                        .filter(scheme -> scheme.endsWith(
                                issuer.substring(0, issuer.indexOf("WITH")).toLowerCase(Locale.ROOT)))
                        .toList();
                yield List.of(
                        tls12,
                        new Offer(
                                List.of(),
                                suites(TLS_1_3_SUITE.or(rsa)),
                                all(List.of(RSA_PSS, RSA_PKCS1, ofIssuer)),
                                List.of()));
            }
            default -> List.of();
        };
    }

    void apply(SSLEngine engine, SSLParameters parameters) {
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(String[]::new));
        }
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
        }
        if (!schemes.isEmpty()) {
            parameters.setSignatureSchemes(schemes.toArray(String[]::new));
        }
        if (!groups.isEmpty()) {
            parameters.setNamedGroups(groups.toArray(String[]::new));
        }
        engine.setSSLParameters(parameters);
    }

    private static List<String> defaultSuites() {
        try {
            return Arrays.stream(
                            SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites())
                    .filter(suite -> !suite.startsWith("TLS_RSA_"))
                    .toList();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> suites(Predicate<String> which) {
        return SUITES.stream().filter(which).toList();
    }

    private static List<String> all(List<List<String>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
