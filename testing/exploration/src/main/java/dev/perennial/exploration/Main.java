package dev.perennial.exploration;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "perennial explore",
        description =
                "Tries every sequence of deliveries, crashes, lost answers, outages and passed deadlines of one order, with the code that runs in production. Exit code 0 only if every sequence yields exactly one certificate, or a second one because the order was overdue.")
final class Main implements Callable<Integer> {
    private static final int SHOWN = 5;

    @Option(names = "--help", usageHelp = true, description = "Print this text.")
    private boolean help;

    @Option(names = "--faults", description = "Maximum number of faults in one sequence. Default: ${DEFAULT-VALUE}")
    private int faults = 3;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        Logger.getLogger("").setLevel(Level.OFF);
        long begin = System.nanoTime();
        Exploration.Result result = Exploration.run(Rules.ofProduction(), faults, SHOWN);
        System.out.printf(
                "%d states, %d steps, at most %d faults, in %d s; %d states with more than 3 ACME orders were not continued%n",
                result.states(),
                result.transitions(),
                faults,
                Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                result.cut());
        result.checks()
                .forEach((invariant, times) ->
                        System.out.printf("  %-16s checked %,12d times: %s%n", invariant, times, invariant.text()));
        result.violations().forEach(violation -> System.out.println("VIOLATION: " + violation));
        System.out.println(
                result.violations().isEmpty()
                        ? "no violation"
                        : result.violations().size() + " violations");
        return result.violations().isEmpty() ? 0 : 1;
    }
}
