package dev.perennial.simulation;

/** Chance that is the same for the same seed, whoever asks in whatever order: a hash (SplitMix64), not a sequence. */
record SeededRandom(long seed) {
    /** What is rolled for. */
    enum Roll {
        LIFETIME,
        DOMAIN_SIZE,
        CA,
        ACCOUNT,
        CHANGE_WINDOW,
        AGE,
        SPREAD,
        PROOF,
        PAUSE,
        LATENCY,
        REVOKED,
        POLL
    }

    /** From 0 to below 1. */
    double of(Roll roll, int certificate, int time) {
        long mixed = mix(seed + roll.ordinal() * 0x9E3779B97F4A7C15L);
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
