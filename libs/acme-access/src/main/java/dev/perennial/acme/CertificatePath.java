package dev.perennial.acme;

import dev.perennial.events.Sha256;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The path from the leaf within the certificates that a CA sent. Pure. */
final class CertificatePath {
    private CertificatePath() {}

    /**
     * Each certificate with its issuer after it. RFC 8555 section 9.1 only recommends that a CA sends nothing else: an
     * unneeded or a cross-signed certificate is left out.
     *
     * @param chain leaf first
     * @return the same certificates if none of them issued the leaf, so that the check of the certificate reports that
     */
    static List<X509Certificate> of(List<X509Certificate> chain) {
        List<X509Certificate> others = new ArrayList<>(chain);
        List<X509Certificate> path = new ArrayList<>(List.of(others.removeFirst()));
        Optional<X509Certificate> issuer = issuer(path.getLast(), others);
        while (issuer.isPresent()) {
            path.add(issuer.get());
            others.remove(issuer.get());
            issuer = issuer(path.getLast(), others);
        }
        return path.size() == 1 ? chain : List.copyOf(path);
    }

    /**
     * Whether the path leads to this root.
     *
     * @param path as returned by {@link #of}; the root itself may be absent
     * @param root the common name of the issuer of the topmost certificate, or the SHA-256 fingerprint of the latter
     */
    static boolean leadsTo(List<X509Certificate> path, String root) {
        X509Certificate topmost = path.getLast();
        return issuerCommonName(topmost).filter(root::equals).isPresent()
                || Sha256.fingerprint(topmost).equals(root.replace(":", "").toLowerCase(Locale.ROOT));
    }

    private static Optional<X509Certificate> issuer(X509Certificate certificate, List<X509Certificate> candidates) {
        return isIssuedBy(certificate, certificate)
                ? Optional.empty()
                : candidates.stream()
                        .filter(candidate -> isIssuedBy(certificate, candidate))
                        .findFirst();
    }

    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Optional<String> issuerCommonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getIssuerX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(Object::toString)
                            .findFirst();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
