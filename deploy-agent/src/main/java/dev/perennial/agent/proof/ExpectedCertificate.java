package dev.perennial.agent.proof;

import dev.perennial.agent.check.CertificateNames;
import dev.perennial.events.Sha256;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The certificate that handshakes must show.
 *
 * @param chain SHA-256 of the DER of each certificate that must be presented, leaf first; only the leaf if the rest is
 *     unknown
 * @param wholeChain whether the server must present exactly this chain
 * @param names the names that clients use, at least one
 */
public record ExpectedCertificate(X509Certificate leaf, List<String> chain, boolean wholeChain, List<String> names) {
    public ExpectedCertificate {
        chain = List.copyOf(chain);
        names = List.copyOf(names);
    }

    /** @param chain as the server must present it, leaf first; the leaf has at least one name */
    public static ExpectedCertificate of(List<X509Certificate> chain) {
        X509Certificate leaf = chain.getFirst();
        return new ExpectedCertificate(
                leaf, chain.stream().map(Sha256::fingerprint).toList(), true, CertificateNames.serverNames(leaf));
    }

    /**
     * A certificate that was served before this one. Its chain is unknown, and it may have served other names: the
     * names of both are expected, or the first of this certificate if they have none in common.
     */
    public ExpectedCertificate previous(X509Certificate previous) {
        List<String> before = CertificateNames.of(previous);
        List<String> both = names.stream()
                .filter(name -> CertificateNames.covers(before, name))
                .toList();
        return new ExpectedCertificate(
                previous,
                List.of(Sha256.fingerprint(previous)),
                false,
                both.isEmpty() ? List.of(names.getFirst()) : both);
    }

    /** SHA-256 of the leaf's DER. */
    public String fingerprint() {
        return chain.getFirst();
    }

    /** @return the difference between what was presented and what is expected; empty if there is none */
    Optional<String> difference(HandshakeResult.Served served) {
        List<String> presented = served.chain();
        if (!served.fingerprint().equals(fingerprint())) {
            return Optional.of("the certificate " + served.fingerprint() + " was served over " + served.protocol()
                    + " instead of " + fingerprint());
        }
        if (!wholeChain || presented.equals(chain)) {
            return Optional.empty();
        }
        return Optional.of("the certificate " + fingerprint() + " was served with another chain: "
                + (presented.size() < chain.size()
                        ? presented.size() + " certificates instead of " + chain.size() + ", without "
                                + missing(presented)
                        : "certificate " + firstDifference(presented) + " after the leaf is "
                                + presented.get(firstDifference(presented))
                                + (firstDifference(presented) < chain.size()
                                        ? " instead of " + chain.get(firstDifference(presented))
                                        : ", which does not belong to the chain")));
    }

    private String missing(List<String> presented) {
        return String.join(
                ", ", chain.stream().filter(one -> !presented.contains(one)).toList());
    }

    private int firstDifference(List<String> presented) {
        return IntStream.range(0, presented.size())
                .filter(i -> i >= chain.size() || !presented.get(i).equals(chain.get(i)))
                .findFirst()
                .orElseThrow();
    }
}
