package dev.perennial.orders.status;

import dev.perennial.events.Sha256;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The entries of a CRL in 16 bytes each: a digest of the serial, the time in seconds and the reason. Parsed entries
 * take ten times as much. A lookup reads all of them, which takes a millisecond for a hundred thousand.
 */
final class RevokedSerials {
    private static final int ENTRIES_PER_SEGMENT = 4_096;
    static final int SEGMENT_BYTES = ENTRIES_PER_SEGMENT * 2 * Long.BYTES;
    private static final int NO_REASON = 0xff;

    /** @param reason the code of RFC 5280 section 5.3.1 */
    record Entry(Instant at, OptionalInt reason) {}

    /** Called before memory is used. */
    @FunctionalInterface
    interface Reservation {
        /** @throws UntrustedStatusException if there is no room */
        void add(long bytes) throws UntrustedStatusException;
    }

    private final Reservation reservation;
    /** Segments, so that growth copies nothing. */
    private final List<long[]> segments = new ArrayList<>();

    private int size;

    RevokedSerials(Reservation reservation) {
        this.reservation = reservation;
    }

    void add(BigInteger serial, Instant at, OptionalInt reason) throws UntrustedStatusException {
        int place = size % ENTRIES_PER_SEGMENT;
        if (place == 0) {
            reservation.add(SEGMENT_BYTES);
            segments.add(new long[ENTRIES_PER_SEGMENT * 2]);
        }
        long[] segment = segments.getLast();
        segment[2 * place] = digest(serial);
        segment[2 * place + 1] = (at.getEpochSecond() << 8) | (reason.orElse(NO_REASON) & 0xff);
        size++;
    }

    Optional<Entry> find(BigInteger serial) {
        long digest = digest(serial);
        for (int i = 0; i < size; i++) {
            long[] segment = segments.get(i / ENTRIES_PER_SEGMENT);
            int place = 2 * (i % ENTRIES_PER_SEGMENT);
            if (segment[place] == digest) {
                int reason = (int) (segment[place + 1] & 0xff);
                return Optional.of(new Entry(
                        Instant.ofEpochSecond(segment[place + 1] >> 8),
                        reason == NO_REASON ? OptionalInt.empty() : OptionalInt.of(reason)));
            }
        }
        return Optional.empty();
    }

    long bytes() {
        return (long) segments.size() * SEGMENT_BYTES;
    }

    private static long digest(BigInteger serial) {
        return ByteBuffer.wrap(Sha256.digest(serial.toByteArray())).getLong();
    }
}
