package dev.perennial.orders.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProofTextTest {
    @Test
    void limitsTheNumberAndTheLengthOfProofs() {
        List<String> texts = ProofText.of(deployed(Collections.nCopies(40, proof("x".repeat(500), Optional.empty()))));

        assertThat(texts).hasSize(16).allSatisfy(text -> assertThat(text).hasSize(200));
    }

    @Test
    void omitsATurnoverThatWasNotNeeded() {
        assertThat(ProofText.of(deployed(List.of(proof("shop.example.com", Optional.empty())))))
                .containsExactly("smtp at 127.0.0.1:25 for 'shop.example.com', TLSv1.2");
    }

    private static CertificateDeployed.Proof proof(String serverName, Optional<String> turnover) {
        return new CertificateDeployed.Proof("127.0.0.1:25", "smtp", serverName, "TLSv1.2", 1, turnover);
    }

    private static CertificateDeployed deployed(List<CertificateDeployed.Proof> proofs) {
        return new CertificateDeployed(
                CertificateId.next(),
                OrderId.next(),
                "shop",
                "web-1",
                "ab12",
                "ff",
                "127.0.0.1:25",
                "shop.example.com",
                "TLSv1.2",
                "g1",
                proofs);
    }
}
