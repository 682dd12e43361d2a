package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.Order;
import dev.perennial.events.Sha256;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** A downloaded chain, to be stored as a {@link Bundle} and published as {@code certificate.issued}. */
record DownloadedChain(List<X509Certificate> chain) {
    /** Omits the root, which servers do not send and clients do not accept from them. */
    static DownloadedChain of(List<X509Certificate> downloaded) {
        int length = downloaded.size();
        while (length > 1 && isSelfIssued(downloaded.get(length - 1))) {
            length--;
        }
        return new DownloadedChain(List.copyOf(downloaded.subList(0, length)));
    }

    static DownloadedChain of(Bundle bundle) {
        try (var pem = new ByteArrayInputStream(bundle.chain().getBytes(StandardCharsets.US_ASCII))) {
            return new DownloadedChain(CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                    .map(X509Certificate.class::cast)
                    .toList());
        } catch (CertificateException | IOException e) {
            throw new IllegalStateException("the stored chain of " + bundle + " cannot be parsed", e);
        }
    }

    Bundle bundle(Order order, CertificateKey key) {
        return new Bundle(
                order.certificateId(),
                order.orderId(),
                order.name(),
                key.privatePem(),
                String.join("", pems()),
                serial(),
                Sha256.fingerprint(leaf()),
                leaf().getNotAfter().toInstant(),
                Optional.of(order.issuer()));
    }

    /** @param issuer at which it was ordered: another one than the order's if an earlier attempt obtained it */
    CertificateIssued fact(Order order, long vaultVersion, String issuer) {
        return new CertificateIssued(
                order.certificateId(),
                order.orderId(),
                order.attempt(),
                order.name(),
                order.identifiers(),
                order.targets(),
                serial(),
                Sha256.fingerprint(leaf()),
                leaf().getNotBefore().toInstant(),
                leaf().getNotAfter().toInstant(),
                pems(),
                BundlePaths.of(order).own().value(),
                vaultVersion,
                order.rehearsal(),
                Optional.of(issuer),
                order.signedOrder());
    }

    String serial() {
        return leaf().getSerialNumber().toString(16);
    }

    private X509Certificate leaf() {
        return chain.getFirst();
    }

    private List<String> pems() {
        return chain.stream().map(DownloadedChain::pem).toList();
    }

    private static String pem(X509Certificate certificate) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject("CERTIFICATE", certificate.getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }
}
