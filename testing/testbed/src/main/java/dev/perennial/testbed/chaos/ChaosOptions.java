package dev.perennial.testbed.chaos;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What to run.
 *
 * @param minutes of disturbances; starting before it and settling after it come on top
 * @param seed of the plan
 * @param certificates asked for during that time
 */
public record ChaosOptions(int minutes, long seed, int certificates) {
    public static final String USAGE =
            "usage: ./perennial chaos [--minutes N] [--seed S] [--certificates C]   (5 minutes, a random seed, 15 certificates a minute)";

    private static final int DEFAULT_MINUTES = 5;
    private static final int CERTIFICATES_A_MINUTE = 15;
    /** So that a page of the REST API shows all of them. */
    private static final int MOST_CERTIFICATES = 500;

    public ChaosOptions {
        if (minutes < 1 || certificates < 1 || certificates > MOST_CERTIFICATES) {
            throw new IllegalArgumentException(
                    "at least 1 minute, and 1 to " + MOST_CERTIFICATES + " certificates\n" + USAGE);
        }
    }

    /** @throws IllegalArgumentException with the usage where it is not followed */
    public static ChaosOptions parse(Iterable<String> arguments) {
        int minutes = DEFAULT_MINUTES;
        long seed = ThreadLocalRandom.current().nextInt(1_000_000);
        Optional<Integer> certificates = Optional.empty();
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            long value = number(rest.hasNext() ? rest.next() : "");
            switch (option) {
                case "--minutes" -> minutes = Math.clamp(value, 0, 24 * 60);
                case "--seed" -> seed = value;
                case "--certificates" -> certificates = Optional.of(Math.clamp(value, 0, MOST_CERTIFICATES + 1));
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        return new ChaosOptions(
                minutes, seed, certificates.orElse(Math.min(MOST_CERTIFICATES, minutes * CERTIFICATES_A_MINUTE)));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
    }

    Duration time() {
        return FaultPlan.ROUND.multipliedBy(minutes);
    }

    /** What repeats the run. */
    String command() {
        return "./perennial chaos --minutes " + minutes + " --seed " + seed + " --certificates " + certificates;
    }
}
