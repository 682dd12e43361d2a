package dev.perennial.orders.status;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** Reads CRLs (RFC 5280 section 5), and accepts only those that the issuing CA signed for this purpose. */
final class CrlCheck {
    /** The accepted difference between the clocks of this host and the CA. */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private CrlCheck() {}

    /**
     * Reads the CRL from a stream: only its entries stay in memory, 16 bytes each.
     *
     * @param at the URL of the CRL: in a partitioned CRL, each part names its own URL
     * @param memory called before entries use memory
     * @throws UntrustedStatusException if the CRL is incomplete, of another CA, or not signed by the CA
     * @throws IOException of the stream
     */
    static RevocationList read(InputStream body, URI at, X509Certificate issuer, RevokedSerials.Reservation memory)
            throws IOException, UntrustedStatusException {
        try {
            return parse(new DerStream(new BufferedInputStream(body)), at, issuer, memory);
        } catch (RuntimeException e) {
            // The parser of ASN.1 values has no exception of its own.
            throw new UntrustedStatusException("the response is not a CRL", e);
        } catch (OperatorCreationException e) {
            throw notSigned(at, e);
        }
    }

    /** Section 5.1. */
    private static RevocationList parse(DerStream in, URI at, X509Certificate issuer, RevokedSerials.Reservation memory)
            throws IOException, UntrustedStatusException, OperatorCreationException {
        long endOfList = in.enterSequence();
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        in.copyTo(start);
        long end = in.enterSequence();
        DerStream.Header first = in.header();
        byte[] algorithm = first.tag() == DerStream.INTEGER ? afterVersion(in, first) : in.rest(first);
        ContentVerifier signature = new JcaContentVerifierProviderBuilder()
                .build(issuer.getPublicKey())
                .get(AlgorithmIdentifier.getInstance(algorithm));
        OutputStream signed = signature.getOutputStream();
        start.writeTo(signed);
        in.copyTo(signed);
        if (!new X500Principal(in.element()).equals(issuer.getSubjectX500Principal())) {
            throw new UntrustedStatusException("the CRL at " + at + " is from another CA");
        }
        Instant thisUpdate = time(in.element());
        Optional<Instant> nextUpdate = Optional.empty();
        RevokedSerials entries = new RevokedSerials(memory);
        Optional<Extensions> extensions = Optional.empty();
        while (in.position() < end) {
            DerStream.Header next = in.header();
            switch (next.tag()) {
                case DerStream.SEQUENCE -> readEntries(in, in.position() + next.length(), entries);
                case DerStream.EXPLICIT_0 ->
                    extensions = Optional.of(Extensions.getInstance(ASN1TaggedObject.getInstance(in.rest(next)), true));
                default -> nextUpdate = Optional.of(time(in.rest(next)));
            }
        }
        if (in.position() != end) {
            throw DerStream.malformed();
        }
        in.copyTo(OutputStream.nullOutputStream());
        boolean sameAlgorithm = Arrays.equals(algorithm, in.element());
        byte[] value = ASN1BitString.getInstance(in.element()).getOctets();
        if (in.position() != endOfList) {
            throw DerStream.malformed();
        }
        if (!sameAlgorithm || !signature.verify(value)) {
            throw notSigned(at, null);
        }
        requireComplete(extensions, at);
        return new RevocationList(thisUpdate, nextUpdate, entries);
    }

    private static byte[] afterVersion(DerStream in, DerStream.Header version)
            throws IOException, UntrustedStatusException {
        in.rest(version);
        return in.element();
    }

    private static void readEntries(DerStream in, long end, RevokedSerials entries)
            throws IOException, UntrustedStatusException {
        while (in.position() < end) {
            TBSCertList.CRLEntry entry = TBSCertList.CRLEntry.getInstance(ASN1Sequence.getInstance(in.element()));
            entries.add(
                    entry.getUserCertificate().getValue(),
                    entry.getRevocationDate().getDate().toInstant(),
                    reason(entry));
        }
    }

    /** Section 5.3.1. */
    private static OptionalInt reason(TBSCertList.CRLEntry entry) {
        Extension reason =
                entry.getExtensions() == null ? null : entry.getExtensions().getExtension(Extension.reasonCode);
        return reason == null
                ? OptionalInt.empty()
                : OptionalInt.of(
                        ASN1Enumerated.getInstance(reason.getParsedValue()).intValueExact());
    }

    private static Instant time(byte[] der) throws IOException {
        return Time.getInstance(ASN1Primitive.fromByteArray(der)).getDate().toInstant();
    }

    private static void requireComplete(Optional<Extensions> extensions, URI at) throws UntrustedStatusException {
        if (extensions.map(all -> all.getExtension(Extension.deltaCRLIndicator)).isPresent()) {
            throw new UntrustedStatusException("the CRL at " + at + " is a delta CRL");
        }
        Optional<Extension> point = extensions.map(all -> all.getExtension(Extension.issuingDistributionPoint));
        if (point.isPresent()) {
            requireCovers(IssuingDistributionPoint.getInstance(point.get().getParsedValue()), at);
        }
    }

    private static UntrustedStatusException notSigned(URI at, Throwable cause) {
        return new UntrustedStatusException(
                "the CRL at " + at + " is not signed by the CA that issued the certificate", cause);
    }

    /** @throws UntrustedStatusException if the CRL is not current */
    static StatusResult find(RevocationList list, URI at, X509Certificate leaf, Instant now)
            throws UntrustedStatusException {
        requireFresh(list, at, now);
        return list.entries()
                .find(leaf.getSerialNumber())
                .<StatusResult>map(entry -> new StatusResult.Revoked(
                        at.toString(),
                        entry.at(),
                        entry.reason().isPresent()
                                ? Optional.of(
                                        RevocationReasons.name(entry.reason().getAsInt()))
                                : Optional.empty()))
                .orElseGet(() -> new StatusResult.Good(at.toString()));
    }

    private static void requireFresh(RevocationList list, URI at, Instant now) throws UntrustedStatusException {
        if (list.thisUpdate().isAfter(now.plus(CLOCK_SKEW))) {
            throw new UntrustedStatusException(
                    "the CRL at " + at + " has a thisUpdate in the future: " + list.thisUpdate());
        }
        if (!list.isFresh(now)) {
            throw new UntrustedStatusException("the CRL at " + at + " is outdated: its nextUpdate was "
                    + list.nextUpdate().map(Instant::toString).orElse("not given"));
        }
    }

    /** Section 5.2.5. */
    private static void requireCovers(IssuingDistributionPoint point, URI at) throws UntrustedStatusException {
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

    private static boolean names(DistributionPointName name, URI at) {
        return name.getType() == DistributionPointName.FULL_NAME
                && Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())
                        .filter(one -> one.getTagNo() == GeneralName.uniformResourceIdentifier)
                        .anyMatch(one -> one.getName().toString().equals(at.toString()));
    }
}
