package dev.perennial.agent.check;

import dev.perennial.events.IpAddress;
import dev.perennial.events.Sha256;
import dev.perennial.vault.Bundle;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks a bundle before any change to the host. The server's own test is not sufficient: Apache accepts a key that
 * does not belong to the certificate, and exits at the reload.
 */
public final class BundleCheck {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final int MAX_CHAIN = 10;

    private BundleCheck() {}

    /** @param serverName the SNI value of the probe; if absent, the first name of the leaf */
    public static BundleCheckResult check(Bundle bundle, Optional<String> serverName, Instant now) {
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
        List<String> names = names(leaf);
        if (names.isEmpty()) {
            reasons.add("the leaf has no DNS name and no IP address");
        }
        String probedName = serverName.orElseGet(() -> names.isEmpty() ? "" : firstName(names));
        if (!names.isEmpty() && names.stream().noneMatch(name -> covers(name, probedName))) {
            reasons.add(
                    "the leaf's names " + names + " do not cover '" + probedName + "', the server name of the probe");
        }
        return reasons.isEmpty()
                ? new BundleCheckResult.Consistent(probedName, validFrom(chain))
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

    private static List<String> names(X509Certificate leaf) {
        try {
            var names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name ->
                                    name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                            .map(name -> name.get(0).equals(IP_ADDRESS)
                                    ? IpAddress.parse(name.get(1).toString()).value()
                                    : name.get(1).toString().toLowerCase(Locale.ROOT))
                            .filter(name -> !name.isBlank())
                            .toList();
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /**
     * The first name without a wildcard. If all names are wildcards, a name below the first one. An address only if
     * there is no name, because clients send no address in SNI.
     */
    private static String firstName(List<String> names) {
        return names.stream()
                .filter(name -> !name.startsWith("*.") && !IpAddress.is(name))
                .findFirst()
                .or(() -> names.stream().filter(name -> name.startsWith("*.")).findFirst())
                .orElseGet(names::getFirst)
                .replaceFirst("\\*", "perennial-probe");
    }

    /** RFC 6125 section 6.4.3: a wildcard matches exactly one leftmost label. */
    private static boolean covers(String name, String probedName) {
        String host = probedName.toLowerCase(Locale.ROOT);
        int dot = host.indexOf('.');
        return name.equals(host)
                || (name.startsWith("*.") && dot > 0 && host.substring(dot).equals(name.substring(1)));
    }
}
