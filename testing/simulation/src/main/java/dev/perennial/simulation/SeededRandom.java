package dev.perennial.simulation;

/** Random values that depend on the seed and the arguments only, not on the order of the calls: a hash (SplitMix64). */
record SeededRandom(long seed) {
    /** The purpose of a random value. The order is part of the results of a seed. */
    enum Draw {
        LIFETIME,
        DOMAIN_SIZE,
        CA,
        ACCOUNT,
        CHANGE_WINDOW,
        AGE,
        RENEWAL_JITTER,
        VALIDATION,
        RETRY_JITTER,
        LATENCY,
        REVOKED,
        POLL
    }

    /** From 0 (inclusive) to 1 (exclusive). */
    double of(Draw draw, int certificate, int time) {
        long mixed = mix(seed + draw.ordinal() * 0x9E3779B97F4A7C15L);
        mixed = mix(mixed + certificate * 0xD1342543DE82EF95L);
        mixed = mix(mixed + time * 0xA0761D6478BD642FL);
        return (mixed >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
