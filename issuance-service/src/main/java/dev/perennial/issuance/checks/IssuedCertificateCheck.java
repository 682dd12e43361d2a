package dev.perennial.issuance.checks;

import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares an issued certificate with the order. Pure: the caller passes the time. */
public final class IssuedCertificateCheck {
    /** Tolerated difference between this clock and that of the CA. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    static final int MAX_CHAIN = 10;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private IssuedCertificateCheck() {}

    /**
     * All mismatches between the chain and the order, one sentence each; empty if there are none.
     *
     * @param publicKey the public key in the CSR
     * @param expected the exact content of the leaf's subjectAltName (RFC 5280 section 4.2.1.6)
     * @param chain leaf first; the root may be absent, so the signature of the last certificate is not checked
     */
    public static List<String> mismatches(
            PublicKey publicKey, Collection<Identifier> expected, List<X509Certificate> chain, Instant now) {
        if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
            return List.of("the CA sent " + chain.size() + " certificates; a chain has 1 to " + MAX_CHAIN);
        }
        X509Certificate leaf = chain.getFirst();
        List<String> found = new ArrayList<>();
        key(leaf, publicKey).ifPresent(found::add);
        names(leaf, expected).ifPresent(found::add);
        usage(leaf).ifPresent(found::add);
        serial(leaf).ifPresent(found::add);
        for (int i = 0; i < chain.size(); i++) {
            validity(chain.get(i), i, now).ifPresent(found::add);
            if (i + 1 < chain.size()) {
                link(chain.get(i), chain.get(i + 1), i).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    private static Optional<String> key(X509Certificate leaf, PublicKey publicKey) {
        return Arrays.equals(leaf.getPublicKey().getEncoded(), publicKey.getEncoded())
                ? Optional.empty()
                : Optional.of("the certificate has a different key from the CSR");
    }

    /** RFC 5280 section 4.1.2.2. The facts about a certificate have no form for other serial numbers. */
    private static Optional<String> serial(X509Certificate leaf) {
        return leaf.getSerialNumber().signum() > 0
                ? Optional.empty()
                : Optional.of("the serial number of the certificate is not positive");
    }

    private static Optional<String> names(X509Certificate leaf, Collection<Identifier> expected) {
        Set<String> expectedNames = expected.stream()
                .map(id -> id.type() + ":" + id.value())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> actualNames = new TreeSet<>();
        try {
            var alternatives = leaf.getSubjectAlternativeNames();
            for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
                actualNames.add(
                        switch ((Integer) name.get(0)) {
                            case SAN_DNS -> "dns:" + name.get(1).toString().toLowerCase(Locale.ROOT);
                            // The JDK writes IPv6 addresses without zero compression.
                            case SAN_IP -> "ip:" + IpAddress.parse(name.get(1).toString());
                            case Integer other -> "type " + other;
                        });
            }
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return Optional.of("the certificate's names cannot be read");
        }
        return actualNames.equals(expectedNames)
                ? Optional.empty()
                : Optional.of("the certificate contains the names " + actualNames + "; the order has " + expectedNames);
    }

    private static Optional<String> usage(X509Certificate leaf) {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            // RFC 5280 section 4.2.1.12: without the extension, the key may be used for every purpose.
            if (usages != null && !usages.contains(SERVER_AUTH)) {
                return Optional.of("the extendedKeyUsage of the certificate does not contain serverAuth");
            }
        } catch (CertificateParsingException e) {
            return Optional.of("the certificate's extendedKeyUsage cannot be read");
        }
        return leaf.getBasicConstraints() >= 0 ? Optional.of("the certificate is a CA certificate") : Optional.empty();
    }

    private static Optional<String> validity(X509Certificate certificate, int index, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (!from.isBefore(until)) {
            return Optional.of(position(index) + " is valid from " + from + " until " + until);
        }
        if (from.isBefore(Instant.EPOCH)) {
            return Optional.of(position(index) + " is valid from a time before 1970");
        }
        if (!until.isAfter(now)) {
            return Optional.of(position(index) + " expired at " + until);
        }
        return from.isAfter(now.plus(CLOCK_SKEW))
                ? Optional.of(position(index) + " is not valid before " + from)
                : Optional.empty();
    }

    private static Optional<String> link(X509Certificate child, X509Certificate parent, int index) {
        if (!child.getIssuerX500Principal().equals(parent.getSubjectX500Principal())) {
            return Optional.of(position(index) + " was issued by '" + child.getIssuerX500Principal()
                    + "', but the next certificate in the chain is '" + parent.getSubjectX500Principal() + "'");
        }
        if (parent.getBasicConstraints() < 0) {
            return Optional.of(position(index + 1) + " is not a CA certificate");
        }
        try {
            child.verify(parent.getPublicKey());
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of(position(index) + " is not signed by the next certificate in the chain");
        }
    }

    private static String position(int index) {
        return index == 0 ? "the certificate" : "certificate " + (index + 1) + " of the chain";
    }
}
