package dev.perennial.orders.inventory;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import java.time.Instant;
import java.util.Optional;

/**
 * What to look for among all certificates; every criterion that is present must hold.
 *
 * @param nameContains a part of the name, in any case; of {@value #LEAST_PART} characters at least, which is what the index is made of
 * @param covers a name or an address for which a certificate is good, itself or through a wildcard
 * @param expiresBefore the certificates come in the order of their expiry then, else in the order in which they were first asked for
 * @param after where the page before ended; of a question with the same order
 * @param limit rows at most
 */
public record Question(
        Optional<String> name,
        Optional<String> nameContains,
        Optional<String> owner,
        Optional<StateName> state,
        Optional<Identifier> covers,
        Optional<Instant> expiresBefore,
        Optional<Position> after,
        int limit) {
    public static final int LEAST_PART = 3;

    /**
     * A certificate's place in an answer.
     *
     * @param notAfter present where the answer is ordered by it
     */
    public record Position(Optional<Instant> notAfter, CertificateId id) {}

    /** Everything, from the beginning. */
    public static Question all(int limit) {
        return new Question(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                limit);
    }

    public boolean byExpiry() {
        return expiresBefore.isPresent();
    }

    /** Where a page of this question ends whose last row is this one. */
    public Position end(Certificate last) {
        return new Position(
                byExpiry() ? last.issued().map(Certificate.IssuedCertificate::notAfter) : Optional.empty(), last.id());
    }
}
