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

/** Compares what the CA issued with what was asked. Pure: the time comes in. */
public final class IssuedCertificateCheck {
    /** CAs set {@code notBefore} back against slow clocks; ours may be the slow one all the same. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    static final int MAX_CHAIN = 10;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;

    private IssuedCertificateCheck() {}

    /**
     * Everything wrong with the chain, each in one sentence; empty where it is what was asked.
     *
     * @param ours the public half of the key in the CSR
     * @param asked what the leaf's subjectAltName (RFC 5280 section 4.2.1.6) must hold, no more and no less
     * @param chain leaf first; the root may be absent, so what signed the last certificate is not looked at
     */
    public static List<String> mismatches(
            PublicKey ours, Collection<Identifier> asked, List<X509Certificate> chain, Instant now) {
        if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
            return List.of("the CA sent " + chain.size() + " certificates; 1 to " + MAX_CHAIN + " make a chain");
        }
        X509Certificate leaf = chain.getFirst();
        List<String> found = new ArrayList<>();
        key(leaf, ours).ifPresent(found::add);
        names(leaf, asked).ifPresent(found::add);
        usage(leaf).ifPresent(found::add);
        for (int i = 0; i < chain.size(); i++) {
            validity(chain.get(i), i, now).ifPresent(found::add);
            if (i + 1 < chain.size()) {
                link(chain.get(i), chain.get(i + 1), i).ifPresent(found::add);
            }
        }
        return List.copyOf(found);
    }

    private static Optional<String> key(X509Certificate leaf, PublicKey ours) {
        return Arrays.equals(leaf.getPublicKey().getEncoded(), ours.getEncoded())
                ? Optional.empty()
                : Optional.of("the certificate is for another key than the one in our request");
    }

    private static Optional<String> names(X509Certificate leaf, Collection<Identifier> asked) {
        Set<String> wanted =
                asked.stream().map(id -> id.type() + ":" + id.value()).collect(Collectors.toCollection(TreeSet::new));
        Set<String> got = new TreeSet<>();
        try {
            var alternatives = leaf.getSubjectAlternativeNames();
            for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
                got.add(
                        switch ((Integer) name.get(0)) {
                            case SAN_DNS -> "dns:" + name.get(1).toString().toLowerCase(Locale.ROOT);
                            // The JDK writes IPv6 with all its zeros.
                            case SAN_IP -> "ip:" + IpAddress.parse(name.get(1).toString());
                            case Integer other -> "type " + other;
                        });
            }
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return Optional.of("the certificate's names cannot be read");
        }
        return got.equals(wanted)
                ? Optional.empty()
                : Optional.of("the certificate names " + got + ", asked for was " + wanted);
    }

    private static Optional<String> usage(X509Certificate leaf) {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages == null || !usages.contains(SERVER_AUTH)) {
                return Optional.of("the certificate is not for TLS servers (no serverAuth in extendedKeyUsage)");
            }
        } catch (CertificateParsingException e) {
            return Optional.of("the certificate's extendedKeyUsage cannot be read");
        }
        return leaf.getBasicConstraints() >= 0 ? Optional.of("the certificate is a CA certificate") : Optional.empty();
    }

    private static Optional<String> validity(X509Certificate certificate, int index, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
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
                    + "', the next in the chain is '" + parent.getSubjectX500Principal() + "'");
        }
        if (parent.getBasicConstraints() < 0) {
            return Optional.of(position(index + 1) + " is not a CA certificate");
        }
        try {
            child.verify(parent.getPublicKey());
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of(position(index) + " is not signed by the next in the chain");
        }
    }

    private static String position(int index) {
        return index == 0 ? "the certificate" : "certificate " + (index + 1) + " of the chain";
    }
}
