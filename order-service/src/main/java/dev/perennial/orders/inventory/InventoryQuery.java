package dev.perennial.orders.inventory;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.StateName;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to look for among all certificates; every criterion that is present must hold.
 *
 * @param nameContains a part of the name, in any case; quick only where it {@link #isSearchable is searchable}
 * @param covers a name or an address for which a certificate is good, itself or through a wildcard
 * @param expiresBefore the certificates come in the order of their expiry then, else in the order in which they were first asked for
 * @param after where the page before ended; of a question with the same order
 * @param limit rows at most
 */
public record InventoryQuery(
        Optional<String> name,
        Optional<String> nameContains,
        Optional<String> owner,
        Optional<StateName> state,
        Optional<Identifier> covers,
        Optional<Instant> expiresBefore,
        Optional<Position> after,
        int limit) {
    /** What the index of names is made of. */
    private static final Pattern THREE_LETTERS = Pattern.compile("[\\p{L}\\p{N}]{3}");

    /**
     * A certificate's place in an answer.
     *
     * @param notAfter present where the answer is ordered by it
     */
    public record Position(Optional<Instant> notAfter, CertificateId id) {}

    /** Whether there is an index for a part of a name: three letters or digits in a row at least. */
    public static boolean isSearchable(String part) {
        return THREE_LETTERS.matcher(part).find();
    }

    /** Everything, from the beginning. */
    public static InventoryQuery all(int limit) {
        return new InventoryQuery(
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
                byExpiry() ? last.issued().map(Certificate.CurrentVersion::notAfter) : Optional.empty(), last.id());
    }
}
