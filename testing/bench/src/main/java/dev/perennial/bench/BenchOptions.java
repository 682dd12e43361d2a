package dev.perennial.bench;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The options of a bench run.
 *
 * @param certificates certificates per run, after the warm-up
 * @param warmUp certificates that are issued first and not counted
 * @param single number of sequential requests, for the idle latency
 * @param roundTrip added to each request to the CA in the second pair of runs, like a distant CA
 * @param inFlight parallel orders of the bare sequence
 * @param runs the runs to execute; {@code FAILING} and {@code TEAMS} are no defaults
 */
record BenchOptions(int certificates, int warmUp, int single, Duration roundTrip, int inFlight, Set<Run> runs) {
    /** Sequential requests; parallel requests to a nearby CA; to a distant CA; beside names whose validation fails; beside a busy team. */
    enum Run {
        IDLE,
        NEAR,
        FAR,
        FAILING,
        TEAMS
    }

    private static final BenchOptions DEFAULT =
            new BenchOptions(300, 1000, 20, Duration.ofMillis(40), 64, EnumSet.of(Run.IDLE, Run.NEAR, Run.FAR));
    static final String USAGE =
            "usage: ./perennial bench [certificates] [--warm-up N] [--single N] [--round-trip MILLIS] [--only idle|near|far|failing|teams]\n"
                    + ScaleReport.USAGE + "\n" + RetentionReport.USAGE;

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
