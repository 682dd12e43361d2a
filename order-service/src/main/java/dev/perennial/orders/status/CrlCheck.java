package dev.perennial.orders.status;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;

/** Reads CRLs (RFC 5280 section 5), and accepts only those that the issuing CA signed for this purpose. Pure. */
final class CrlCheck {
    /** The accepted difference between the clocks of this host and the CA. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private CrlCheck() {}

    /**
     * @param at the URL of the CRL: in a partitioned CRL, each part names its own URL
     * @throws UntrustedStatusException if the CRL is incomplete, of another CA, or not signed by the CA
     */
    static X509CRL read(byte[] der, URI at, X509Certificate issuer) throws UntrustedStatusException {
        X509CRL list = parse(der);
        if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            throw new UntrustedStatusException("the CRL at " + at + " is from another CA");
        }
        try {
            list.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new UntrustedStatusException(
                    "the CRL at " + at + " is not signed by the CA that issued the certificate", e);
        }
        if (list.getExtensionValue(Extension.deltaCRLIndicator.getId()) != null) {
            throw new UntrustedStatusException("the CRL at " + at + " is a delta CRL");
        }
        requireCovers(list, at);
        return list;
    }

    /** @throws UntrustedStatusException if the CRL is not current */
    static StatusResult find(X509CRL list, URI at, X509Certificate leaf, Instant now) throws UntrustedStatusException {
        requireFresh(list, at, now);
        X509CRLEntry entry = list.getRevokedCertificate(leaf.getSerialNumber());
        return entry == null
                ? new StatusResult.Good(at.toString())
                : new StatusResult.Revoked(
                        at.toString(),
                        entry.getRevocationDate().toInstant(),
                        Optional.ofNullable(entry.getRevocationReason()).map(RevocationReasons::name));
    }

    /** Whether the CRL is current. */
    static boolean isFresh(X509CRL list, Instant now) {
        return list.getNextUpdate() != null && now.isBefore(list.getNextUpdate().toInstant());
    }

    private static void requireFresh(X509CRL list, URI at, Instant now) throws UntrustedStatusException {
        if (list.getThisUpdate().toInstant().isAfter(now.plus(CLOCK_SKEW))) {
            throw new UntrustedStatusException("the CRL at " + at + " has a thisUpdate in the future: "
                    + list.getThisUpdate().toInstant());
        }
        if (!isFresh(list, now)) {
            throw new UntrustedStatusException("the CRL at " + at + " is outdated: its nextUpdate was "
                    + Optional.ofNullable(list.getNextUpdate())
                            .map(date -> date.toInstant().toString())
                            .orElse("not given"));
        }
    }

    /** Section 5.2.5. */
    private static void requireCovers(X509CRL list, URI at) throws UntrustedStatusException {
        byte[] extension = list.getExtensionValue(Extension.issuingDistributionPoint.getId());
        if (extension == null) {
            return;
        }
        IssuingDistributionPoint point = point(extension, at);
        if (point.isIndirectCRL()
                || point.onlyContainsCACerts()
                || point.onlyContainsAttributeCerts()
                || point.getOnlySomeReasons() != null) {
            throw new UntrustedStatusException(
                    "the CRL at " + at + " does not cover all certificates and reasons of its CA");
        }
        DistributionPointName name = point.getDistributionPoint();
        if (name != null && !names(name, at)) {
            throw new UntrustedStatusException("the CRL at " + at + " belongs to another distribution point");
        }
    }

    private static IssuingDistributionPoint point(byte[] extension, URI at) throws UntrustedStatusException {
        try {
            return IssuingDistributionPoint.getInstance(
                    ASN1OctetString.getInstance(extension).getOctets());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UntrustedStatusException("the CRL at " + at + " cannot be read", e);
        }
    }

    private static boolean names(DistributionPointName name, URI at) {
        return name.getType() == DistributionPointName.FULL_NAME
                && Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())
                        .filter(one -> one.getTagNo() == GeneralName.uniformResourceIdentifier)
                        .anyMatch(one -> one.getName().toString().equals(at.toString()));
    }

    private static X509CRL parse(byte[] der) throws UntrustedStatusException {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new UntrustedStatusException("the response is not a CRL", e);
        }
    }
}
