package dev.perennial.bench;

import java.time.Duration;

/**
 * What to measure.
 *
 * @param certificates issued in each run, after a warm-up
 * @param warmUp issued first and not counted
 * @param single requests made one at a time, for the idle latency
 * @param roundTrip of the second pair of runs, as a CA far away would have
 * @param inFlight orders that the bare sequence works on at once
 */
record Options(int certificates, int warmUp, int single, Duration roundTrip, int inFlight) {
    private static final Options DEFAULT = new Options(300, 1000, 20, Duration.ofMillis(40), 64);
    static final String USAGE =
            "usage: ./perennial bench [certificates] [--warm-up N] [--single N] [--round-trip MILLIS]";

    static Options parse(String... arguments) {
        Options options = DEFAULT;
        for (int i = 0; i < arguments.length; i++) {
            options = switch (arguments[i]) {
                case "--warm-up" -> options.withWarmUp(number(arguments, ++i));
                case "--single" -> options.withSingle(number(arguments, ++i));
                case "--round-trip" -> options.withRoundTrip(Duration.ofMillis(number(arguments, ++i)));
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

    private Options withCertificates(int n) {
        return new Options(n, warmUp, single, roundTrip, inFlight);
    }

    private Options withWarmUp(int n) {
        return new Options(certificates, n, single, roundTrip, inFlight);
    }

    private Options withSingle(int n) {
        return new Options(certificates, warmUp, n, roundTrip, inFlight);
    }

    private Options withRoundTrip(Duration time) {
        return new Options(certificates, warmUp, single, time, inFlight);
    }
}
