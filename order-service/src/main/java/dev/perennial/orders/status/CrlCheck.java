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

/** Reads lists of revoked certificates (RFC 5280 section 5), and believes those only that the issuing CA signed for this purpose. Pure. */
final class CrlCheck {
    /** Between our clock and the CA's. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private CrlCheck() {}

    /**
     * @param at the URL of the CRL: in a partitioned CRL, each part names its own URL
     * @throws UntrustedStatusException where it is no whole list, not of the CA, or not signed by it
     */
    static X509CRL read(byte[] der, URI at, X509Certificate issuer) throws UntrustedStatusException {
        X509CRL list = parse(der);
        if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            throw new UntrustedStatusException("the list at " + at + " is another CA's");
        }
        try {
            list.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new UntrustedStatusException(
                    "the list at " + at + " is not signed by the CA that issued the certificate", e);
        }
        if (list.getExtensionValue(Extension.deltaCRLIndicator.getId()) != null) {
            throw new UntrustedStatusException("the list at " + at + " holds changes only");
        }
        requireCovers(list, at);
        return list;
    }

    /** @throws UntrustedStatusException where it is of another time */
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

    /** Whether it may still be believed. */
    static boolean isFresh(X509CRL list, Instant now) {
        return list.getNextUpdate() != null && now.isBefore(list.getNextUpdate().toInstant());
    }

    private static void requireFresh(X509CRL list, URI at, Instant now) throws UntrustedStatusException {
        if (list.getThisUpdate().toInstant().isAfter(now.plus(CLOCK_SKEW))) {
            throw new UntrustedStatusException("the list at " + at + " is of the future: "
                    + list.getThisUpdate().toInstant());
        }
        if (!isFresh(list, now)) {
            throw new UntrustedStatusException("the list at " + at + " is outdated: its next was due at "
                    + Optional.ofNullable(list.getNextUpdate())
                            .map(date -> date.toInstant().toString())
                            .orElse("an unknown time"));
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
                    "the list at " + at + " is not about every certificate of its CA that it could be about");
        }
        DistributionPointName name = point.getDistributionPoint();
        if (name != null && !names(name, at)) {
            throw new UntrustedStatusException("the list at " + at + " belongs to another place");
        }
    }

    private static IssuingDistributionPoint point(byte[] extension, URI at) throws UntrustedStatusException {
        try {
            return IssuingDistributionPoint.getInstance(
                    ASN1OctetString.getInstance(extension).getOctets());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UntrustedStatusException("the list at " + at + " cannot be read", e);
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
            throw new UntrustedStatusException("what was fetched is no list of revoked certificates", e);
        }
    }
}
