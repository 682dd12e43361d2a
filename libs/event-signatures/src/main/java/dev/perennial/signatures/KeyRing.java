package dev.perennial.signatures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.EventCodec;
import dev.perennial.platform.crypto.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The signing keys of one service, the oldest first. Pure: the caller passes the time.
 *
 * <p>A new key is used a day after its publication was recorded. So a reader that has read the keys of a service within
 * this day knows each key that the service may use.
 */
record KeyRing(List<Entry> entries) {
    /** From the publication of a key to its first use. */
    static final Duration LEAD = Duration.ofDays(1);

    /** From one key to the next. */
    static final Duration ROTATION = Duration.ofDays(90);

    /**
     * From the first use of the next key to the end of a key. An order is signed once and may wait on three topics for 14 days
     * each.
     */
    static final Duration KEPT = Duration.ofDays(45);

    /** A replica whose clock is far ahead would create one key after the other, and readers read at most 16. */
    static final int MAX_KEYS = 6;

    /**
     * One key.
     *
     * @param jwk with the private key
     * @param publishedAt when the public key was seen where readers find it
     * @param endedAt when it was seen that its signatures are not needed any more
     */
    record Entry(String jwk, Instant createdAt, Optional<Instant> publishedAt, Optional<Instant> endedAt) {
        Entry {
            publishedAt = publishedAt == null ? Optional.empty() : publishedAt;
            endedAt = endedAt == null ? Optional.empty() : endedAt;
        }

        static Entry of(SigningKey key, Instant now) {
            return new Entry(key.privateJwk(), now, Optional.empty(), Optional.empty());
        }

        boolean isUsable(Instant now) {
            return publishedAt.filter(at -> !at.plus(LEAD).isAfter(now)).isPresent();
        }

        boolean isRemovable(Instant now) {
            return endedAt.filter(at -> !at.plus(LEAD).isAfter(now)).isPresent();
        }

        /** With times that are not later than now: a replica whose clock was ahead may have recorded them. */
        Entry recorded(Instant now, boolean ended) {
            return new Entry(
                    jwk,
                    earlier(createdAt, now),
                    Optional.of(earlier(publishedAt.orElse(now), now)),
                    ended ? Optional.of(earlier(endedAt.orElse(now), now)) : Optional.empty());
        }

        private static Instant earlier(Instant time, Instant now) {
            return time.isAfter(now) ? now : time;
        }

        SigningKey key() {
            return SigningKey.parse(jwk);
        }

        /** Without the private key. */
        @Override
        public String toString() {
            return "Entry[createdAt=" + createdAt + "]";
        }
    }

    KeyRing {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("it contains no key");
        }
    }

    static KeyRing of(SigningKey first, Instant now) {
        return new KeyRing(List.of(Entry.of(first, now)));
    }

    /** The key to sign with. The first key of a service is used at once, because there is no other. */
    SigningKey current(Instant now) {
        return entries.reversed().stream()
                .filter(entry -> entry.isUsable(now))
                .findFirst()
                .orElseGet(entries::getFirst)
                .key();
    }

    /** The public keys that readers need, as JSON Web Keys. */
    List<String> publicKeys() {
        return entries.stream()
                .map(entry -> entry.key().verificationKey().jwk())
                .toList();
    }

    /**
     * The ring after its public keys were published: with a new key if the newest one is old enough, and without the keys
     * whose signatures no reader needs any more.
     *
     * <p>A clock that is ahead must not end a key early. A key is removed a day after its end was recorded; a replica
     * with a correct clock deletes the record before.
     */
    KeyRing afterPublication(Instant now, Supplier<SigningKey> newKey) {
        List<Entry> next = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            boolean ended = i + 1 < entries.size() && entries.get(i + 1).isUsable(now.minus(KEPT));
            Entry entry = entries.get(i).recorded(now, ended);
            if (!entry.isRemovable(now)) {
                next.add(entry);
            }
        }
        if (next.size() < MAX_KEYS && !next.getLast().createdAt().plus(ROTATION).isAfter(now)) {
            next.add(Entry.of(newKey.get(), now));
        }
        return new KeyRing(next);
    }

    String toJson() {
        try {
            return EventCodec.mapper().writeValueAsString(entries);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "keys cannot be written (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** @throws IllegalArgumentException without any part of the text */
    static KeyRing parse(String json) {
        try {
            KeyRing ring = new KeyRing(EventCodec.mapper().readValue(json, new TypeReference<List<Entry>>() {}));
            ring.entries().forEach(Entry::key);
            return ring;
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "the keys cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** The ids of the keys, the oldest first. */
    Stream<String> ids() {
        return entries.stream().map(entry -> entry.key().id());
    }

    /** Without the private keys. */
    @Override
    public String toString() {
        return "KeyRing" + entries;
    }
}
