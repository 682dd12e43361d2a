package dev.perennial.testbed.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The options of a chaos run.
 *
 * @param minutes duration of the faults, rounded up to whole rounds; the start before them and the settling after them
 *     are not included
 * @param seed of the plan
 * @param certificates number of certificates that are requested during that time
 * @param length of the outages of the parts
 */
public record ChaosOptions(int minutes, long seed, int certificates, OutageLength length) {
    public static final String USAGE =
            "usage: ./perennial chaos [--minutes N] [--seed S] [--certificates C] [--long-outages]   (defaults: 5 minutes, a random seed, 15 certificates per minute)";

    private static final int DEFAULT_MINUTES = 5;
    private static final int CERTIFICATES_PER_MINUTE = 15;
    /** The page size of the REST API: one page shows all of them. */
    private static final int MAX_CERTIFICATES = 500;

    public ChaosOptions {
        if (minutes < 1 || certificates < 1 || certificates > MAX_CERTIFICATES) {
            throw new IllegalArgumentException(
                    "specify at least 1 minute, and 1 to " + MAX_CERTIFICATES + " certificates\n" + USAGE);
        }
    }

    /** With short outages. */
    public ChaosOptions(int minutes, long seed, int certificates) {
        this(minutes, seed, certificates, OutageLength.SHORT);
    }

    /** @throws IllegalArgumentException if the arguments are invalid; the message contains the usage */
    public static ChaosOptions parse(Iterable<String> arguments) {
        int minutes = DEFAULT_MINUTES;
        long seed = ThreadLocalRandom.current().nextInt(1_000_000);
        Optional<Integer> certificates = Optional.empty();
        OutageLength length = OutageLength.SHORT;
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            if (option.equals("--long-outages")) {
                length = OutageLength.LONG;
                continue;
            }
            long value = number(rest.hasNext() ? rest.next() : "");
            switch (option) {
                case "--minutes" -> minutes = Math.clamp(value, 0, 24 * 60);
                case "--seed" -> seed = value;
                case "--certificates" -> certificates = Optional.of(Math.clamp(value, 0, MAX_CERTIFICATES + 1));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        return new ChaosOptions(
                minutes,
                seed,
                certificates.orElse(Math.min(MAX_CERTIFICATES, minutes * CERTIFICATES_PER_MINUTE)),
                length);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
    }

    Duration time() {
        return length.round().multipliedBy(rounds());
    }

    int rounds() {
        return (int) Math.ceilDiv(
                Duration.ofMinutes(minutes).toSeconds(), length.round().toSeconds());
    }

    /** The command that repeats the run. */
    String command() {
        return "./perennial chaos --minutes " + minutes + " --seed " + seed + " --certificates " + certificates
                + (length == OutageLength.LONG ? " --long-outages" : "");
    }
}
