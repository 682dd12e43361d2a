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
record Options(int certificates, int warmUp, int single, Duration roundTrip, int inFlight, Set<Run> runs) {
    /** One request at a time; many with the CA nearby; many with the CA at a round trip; many beside names that fail. */
    enum Run {
        IDLE,
        NEAR,
        FAR,
        POISONED
    }

    private static final Options DEFAULT =
            new Options(300, 1000, 20, Duration.ofMillis(40), 64, EnumSet.complementOf(EnumSet.of(Run.POISONED)));
    static final String USAGE =
            "usage: ./perennial bench [certificates] [--warm-up N] [--single N] [--round-trip MILLIS] [--only idle|near|far|poisoned]\n"
                    + ScaleReport.USAGE;

    static Options parse(String... arguments) {
        Options options = DEFAULT;
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

    private Options withRuns(Set<Run> some) {
        return new Options(certificates, warmUp, single, roundTrip, inFlight, some);
    }

    private Options withCertificates(int n) {
        return new Options(n, warmUp, single, roundTrip, inFlight, runs);
    }

    private Options withWarmUp(int n) {
        return new Options(certificates, n, single, roundTrip, inFlight, runs);
    }

    private Options withSingle(int n) {
        return new Options(certificates, warmUp, n, roundTrip, inFlight, runs);
    }

    private Options withRoundTrip(Duration time) {
        return new Options(certificates, warmUp, single, time, inFlight, runs);
    }
}
