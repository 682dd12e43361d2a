package dev.perennial.orders.status;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * The URLs in a certificate at which its status is available. The issuer of the certificate chose them, so they are
 * not trusted.
 *
 * @param lists complete CRLs of the CA for all reasons (RFC 5280 section 4.2.1.13)
 * @param responders OCSP responders (section 4.2.2.1)
 * @param issuers certificates of the CA (section 4.2.2.1)
 */
record StatusUrls(List<URI> lists, List<URI> responders, List<URI> issuers) {
    /** No known CA uses more; the rest is ignored. */
    private static final int MAX_URLS = 4;

    static StatusUrls of(X509Certificate leaf) {
        return new StatusUrls(
                urls(value(leaf, Extension.cRLDistributionPoints).stream().flatMap(StatusUrls::lists)),
                urls(access(leaf, AccessDescription.id_ad_ocsp)),
                urls(access(leaf, AccessDescription.id_ad_caIssuers)));
    }

    private static Stream<GeneralName> lists(byte[] extension) {
        return Arrays.stream(CRLDistPoint.getInstance(extension).getDistributionPoints())
                .filter(point -> point.getReasons() == null && point.getCRLIssuer() == null)
                .map(DistributionPoint::getDistributionPoint)
                .filter(name -> name != null && name.getType() == DistributionPointName.FULL_NAME)
                .flatMap(name ->
                        Arrays.stream(GeneralNames.getInstance(name.getName()).getNames()));
    }

    private static Stream<GeneralName> access(X509Certificate leaf, ASN1ObjectIdentifier method) {
        return value(leaf, Extension.authorityInfoAccess).stream()
                .flatMap(extension -> Arrays.stream(
                        AuthorityInformationAccess.getInstance(extension).getAccessDescriptions()))
                .filter(description -> description.getAccessMethod().equals(method))
                .map(AccessDescription::getAccessLocation);
    }

    /** http first: it needs no server certificate whose status would have to be checked. */
    private static List<URI> urls(Stream<GeneralName> names) {
        return names.filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                .map(name -> name.getName().toString())
                .flatMap(text -> uri(text).stream())
                .filter(uri -> "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
                .sorted((one, other) -> one.getScheme().compareToIgnoreCase(other.getScheme()))
                .distinct()
                .limit(MAX_URLS)
                .toList();
    }

    private static Optional<URI> uri(String text) {
        try {
            return Optional.of(URI.create(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> value(X509Certificate leaf, ASN1ObjectIdentifier type) {
        try {
            return Optional.ofNullable(leaf.getExtensionValue(type.getId()))
                    .map(der -> ASN1OctetString.getInstance(der).getOctets());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
