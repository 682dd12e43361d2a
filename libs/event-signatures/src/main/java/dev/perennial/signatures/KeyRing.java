package dev.perennial.signatures;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.EventCodec;
import dev.perennial.platform.crypto.SigningKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The signing keys of one service, the oldest first. Pure: the caller passes the elapsed time.
 *
 * <p>A new key is used a day after its publication was recorded. So a reader that has read the keys of a service within
 * this day knows each key that the service may use.
 *
 * <p>It contains no time of day: replicas whose clocks differ would mix them. Its age is the time that replicas have
 * measured, one after the other, and is never more than the time that has really passed.
 *
 * @param age since the first key was created
 */
record KeyRing(Duration age, List<Entry> keys) {
    /** From the publication of a key to its first use. */
    static final Duration LEAD = Duration.ofDays(1);

    /** From the publication of one key to the creation of the next. */
    static final Duration ROTATION = Duration.ofDays(90);

    /**
     * From the first use of the next key to the end of a key. An order is signed once and may wait on three topics for 14 days
     * each.
     */
    static final Duration KEPT = Duration.ofDays(45);

    /** A shorter time does not change the age, so that few versions are written. */
    static final Duration STEP = Duration.ofMinutes(30);

    /**
     * One key.
     *
     * @param jwk with the private key
     * @param publishedAt the age of the ring when the public key was seen at the place where readers find it
     */
    record Entry(String jwk, Optional<Duration> publishedAt) {
        Entry {
            publishedAt = publishedAt == null ? Optional.empty() : publishedAt;
        }

        static Entry of(SigningKey key) {
            return new Entry(key.privateJwk(), Optional.empty());
        }

        boolean isPublishedFor(Duration time, Duration age) {
            return publishedAt.filter(at -> at.plus(time).compareTo(age) <= 0).isPresent();
        }

        Entry published(Duration age) {
            return publishedAt.isPresent() ? this : new Entry(jwk, Optional.of(age));
        }

        SigningKey key() {
            return SigningKey.parse(jwk);
        }

        /** Without the private key. */
        @Override
        public String toString() {
            return "Entry[publishedAt=" + publishedAt + "]";
        }
    }

    KeyRing {
        Objects.requireNonNull(age);
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it contains no key");
        }
    }

    static KeyRing of(SigningKey first) {
        return new KeyRing(Duration.ZERO, List.of(Entry.of(first)));
    }

    /** The key to sign with. The first key of a service is used at once, because there is no other. */
    SigningKey current() {
        return keys.reversed().stream()
                .filter(entry -> entry.isPublishedFor(LEAD, age))
                .findFirst()
                .orElseGet(keys::getFirst)
                .key();
    }

    /** The public keys that readers need, as JSON Web Keys. */
    List<String> publicKeys() {
        return keys.stream().map(entry -> entry.key().verificationKey().jwk()).toList();
    }

    /**
     * The ring after its public keys were published: with a new key if the newest one is old enough, and without the keys
     * whose signatures no reader needs any more.
     *
     * @param elapsed at most the time since this ring was written
     */
    KeyRing afterPublication(Duration elapsed, Supplier<SigningKey> newKey) {
        Duration now = elapsed.compareTo(STEP) < 0 ? age : age.plus(elapsed);
        List<Entry> next = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            boolean ended = i + 1 < keys.size() && keys.get(i + 1).isPublishedFor(LEAD.plus(KEPT), now);
            if (!ended) {
                next.add(keys.get(i).published(now));
            }
        }
        if (next.getLast().isPublishedFor(ROTATION, now)) {
            next.add(Entry.of(newKey.get()));
        }
        return new KeyRing(now, next);
    }

    String toJson() {
        try {
            return EventCodec.mapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "keys cannot be written (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** @throws IllegalArgumentException without any part of the text */
    static KeyRing parse(String json) {
        try {
            KeyRing ring = EventCodec.mapper().readValue(json, KeyRing.class);
            ring.keys().forEach(Entry::key);
            return ring;
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "the keys cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** The ids of the keys, the oldest first. */
    Stream<String> ids() {
        return keys.stream().map(entry -> entry.key().id());
    }

    /** Without the private keys. */
    @Override
    public String toString() {
        return "KeyRing[age=" + age + ", keys=" + keys + "]";
    }
}
