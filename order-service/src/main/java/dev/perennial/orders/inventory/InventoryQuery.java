package dev.perennial.orders.inventory;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.StateName;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A query over all certificates; all given criteria must match.
 *
 * @param nameContains a part of the name, in any case; fast only if it {@link #isSearchable is searchable}
 * @param covers a name or an address that the certificate covers, directly or by a wildcard
 * @param expiresBefore if present, the result is ordered by expiry, otherwise by creation
 * @param after the end of the previous page of a query with the same order
 * @param limit maximum number of rows
 * @param readable only certificates that one of these grants covers
 */
public record InventoryQuery(
        Optional<String> name,
        Optional<String> nameContains,
        Optional<String> owner,
        Optional<StateName> state,
        Optional<Identifier> covers,
        Optional<Instant> expiresBefore,
        Optional<Position> after,
        int limit,
        List<Grant> readable) {
    public InventoryQuery {
        readable = List.copyOf(readable);
    }

    /** The trigrams of the index of names. */
    private static final Pattern THREE_LETTERS = Pattern.compile("[\\p{L}\\p{N}]{3}");

    /**
     * A position in the result.
     *
     * @param notAfter present if the result is ordered by expiry
     */
    public record Position(Optional<Instant> notAfter, CertificateId id) {}

    /** Whether the index supports the part: it has at least three consecutive letters or digits. */
    public static boolean isSearchable(String part) {
        return THREE_LETTERS.matcher(part).find();
    }

    /** The first page of all certificates. */
    public static InventoryQuery all(int limit) {
        return new InventoryQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                limit,
                List.of(Grant.everywhere(Role.VIEWER)));
    }

    /** One certificate that covers the identifier. */
    public static InventoryQuery covering(Identifier identifier, List<Grant> readable) {
        return new InventoryQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(identifier),
                Optional.empty(),
                Optional.empty(),
                1,
                readable);
    }

    public boolean byExpiry() {
        return expiresBefore.isPresent();
    }

    /** The end of a page with this last row. */
    public Position end(Certificate last) {
        return new Position(
                byExpiry() ? last.issued().map(Certificate.CurrentVersion::notAfter) : Optional.empty(), last.id());
    }
}
