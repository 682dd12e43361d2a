package dev.perennial.agent.check;

import dev.perennial.events.Sha256;
import dev.perennial.vault.Bundle;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Checks a bundle before any change to the host. The server's own test is not sufficient: Apache accepts a key that
 * does not belong to the certificate, and exits at the reload.
 */
public final class BundleCheck {
    private static final int MAX_CHAIN = 10;

    private BundleCheck() {}

    /** @param serverNames that the leaf must cover */
    public static BundleCheckResult check(Bundle bundle, List<String> serverNames, Instant now) {
        List<X509Certificate> chain;
        PrivateKey key;
        try {
            chain = Pem.certificates(bundle.chain());
            key = Pem.privateKey(
                    bundle.privateKey(), chain.getFirst().getPublicKey().getAlgorithm());
        } catch (IllegalArgumentException e) {
            return new BundleCheckResult.Inconsistent(List.of(e.getMessage()));
        }
        List<String> reasons = new ArrayList<>();
        X509Certificate leaf = chain.getFirst();
        if (!belongs(key, leaf)) {
            reasons.add("the private key does not belong to the leaf");
        }
        describedAs(bundle, leaf, reasons);
        links(chain, reasons);
        expiry(chain, now, reasons);
        List<String> names = CertificateNames.of(leaf);
        if (names.isEmpty()) {
            reasons.add("the leaf has no DNS name and no IP address");
        } else {
            serverNames.stream()
                    .filter(name -> !CertificateNames.covers(names, name))
                    .forEach(name -> reasons.add("the leaf's names " + names + " do not cover '" + name
                            + "', the server name of a verification in the host file"));
        }
        return reasons.isEmpty()
                ? new BundleCheckResult.Consistent(chain, validFrom(chain))
                : new BundleCheckResult.Inconsistent(reasons);
    }

    private static void describedAs(Bundle bundle, X509Certificate leaf, List<String> reasons) {
        if (!Sha256.fingerprint(leaf).equals(bundle.fingerprint())) {
            reasons.add("the leaf's fingerprint is " + Sha256.fingerprint(leaf) + ", the bundle says "
                    + bundle.fingerprint());
        }
        if (!leaf.getSerialNumber().toString(16).equals(bundle.serial())) {
            reasons.add("the leaf's serial is " + leaf.getSerialNumber().toString(16) + ", the bundle says "
                    + bundle.serial());
        }
    }

    private static boolean belongs(PrivateKey key, X509Certificate leaf) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                };
        byte[] message = HexFormat.of().parseHex(Sha256.fingerprint(leaf));
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(message);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(leaf.getPublicKey());
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void links(List<X509Certificate> chain, List<String> reasons) {
        if (chain.size() > MAX_CHAIN) {
            reasons.add("the chain has " + chain.size() + " certificates; at most " + MAX_CHAIN + " are served");
            return;
        }
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate below = chain.get(i - 1);
            X509Certificate issuer = chain.get(i);
            if (issuer.getBasicConstraints() < 0) {
                reasons.add("certificate " + i + " of the chain is not a CA");
            }
            try {
                if (!below.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                    throw new GeneralSecurityException("another issuer");
                }
                below.verify(issuer.getPublicKey());
            } catch (GeneralSecurityException e) {
                reasons.add("certificate " + (i - 1) + " of the chain was not issued by the one after it");
            }
        }
    }

    private static Instant validFrom(List<X509Certificate> chain) {
        return chain.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static void expiry(List<X509Certificate> chain, Instant now, List<String> reasons) {
        for (int i = 0; i < chain.size(); i++) {
            Instant to = chain.get(i).getNotAfter().toInstant();
            if (!now.isBefore(to)) {
                reasons.add("certificate " + i + " of the chain expired at " + to);
            }
        }
    }
}
