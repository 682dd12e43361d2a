package dev.perennial.bench;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What to measure.
 *
 * @param certificates issued in each run, after a warm-up
 * @param warmUp issued first and not counted
 * @param single requests made one at a time, for the idle latency
 * @param roundTrip of the second pair of runs, as a CA far away would have
 * @param inFlight orders that the bare sequence works on at once
 * @param runs which of the runs; the poisoned one only where it is asked for
 */
record BenchOptions(int certificates, int warmUp, int single, Duration roundTrip, int inFlight, Set<Run> runs) {
    /** One request at a time; many with the CA nearby; many with the CA at a round trip; many beside names that fail. */
    enum Run {
        IDLE,
        NEAR,
        FAR,
        POISONED
    }

    private static final BenchOptions DEFAULT =
            new BenchOptions(300, 1000, 20, Duration.ofMillis(40), 64, EnumSet.complementOf(EnumSet.of(Run.POISONED)));
    static final String USAGE =
            "usage: ./perennial bench [certificates] [--warm-up N] [--single N] [--round-trip MILLIS] [--only idle|near|far|poisoned]\n"
                    + ScaleReport.USAGE;

    static BenchOptions parse(String... arguments) {
        BenchOptions options = DEFAULT;
        for (int i = 0; i < arguments.length; i++) {
            options = switch (arguments[i]) {
                case "--warm-up" -> options.withWarmUp(number(arguments, ++i));
                case "--single" -> options.withSingle(number(arguments, ++i));
                case "--round-trip" -> options.withRoundTrip(Duration.ofMillis(number(arguments, ++i)));
                case "--only" -> options.withRuns(EnumSet.of(run(arguments, ++i)));
                default -> options.withCertificates(number(arguments, i));
            };
        }
        return options;
    }

    private static int number(String[] arguments, int i) {
        try {
            return Integer.parseUnsignedInt(arguments[i]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
    }

    private static Run run(String[] arguments, int i) {
        try {
            return Run.valueOf(arguments[i].toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
    }

    private BenchOptions withRuns(Set<Run> some) {
        return new BenchOptions(certificates, warmUp, single, roundTrip, inFlight, some);
    }

    private BenchOptions withCertificates(int n) {
        return new BenchOptions(n, warmUp, single, roundTrip, inFlight, runs);
    }

    private BenchOptions withWarmUp(int n) {
        return new BenchOptions(certificates, n, single, roundTrip, inFlight, runs);
    }

    private BenchOptions withSingle(int n) {
        return new BenchOptions(certificates, warmUp, n, roundTrip, inFlight, runs);
    }

    private BenchOptions withRoundTrip(Duration time) {
        return new BenchOptions(certificates, warmUp, single, time, inFlight, runs);
    }
}
