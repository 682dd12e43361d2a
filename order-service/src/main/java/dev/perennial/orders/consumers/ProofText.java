package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateDeployed;
import java.util.List;

/** The proofs of a deployment for its timeline entry. A host reports them, so that their number and length are limited. */
final class ProofText {
    private static final int LONGEST = 200;

    private ProofText() {}

    static List<String> of(CertificateDeployed deployed) {
        return deployed.proofs().stream()
                .limit(CertificateDeployed.MOST_PROOFS)
                .map(ProofText::of)
                .toList();
    }

    private static String of(CertificateDeployed.Proof proof) {
        String text = proof.protocol() + " at " + proof.endpoint() + " for '" + proof.serverName() + "'"
                + (proof.names() > 1 ? " and " + (proof.names() - 1) + " more" : "") + ", " + proof.tlsVersion()
                + proof.turnover().map(turnover -> ", turnover " + turnover).orElse("");
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }
}
