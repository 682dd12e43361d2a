package dev.perennial.agent.proof;

import java.util.List;

/** Whether handshakes showed the expected certificate at every endpoint. */
public sealed interface ProofResult {
    /** Every endpoint showed the certificate; at least one proof. */
    record Proven(List<Proof> proofs) implements ProofResult {
        public Proven {
            proofs = List.copyOf(proofs);
        }

        /** The proof that stands for all where there is room for one. */
        public Proof first() {
            return proofs.getFirst();
        }
    }

    /** An endpoint did not show the certificate in time; {@code evidence} describes what it showed. */
    record Unproven(String evidence) implements ProofResult {}
}
