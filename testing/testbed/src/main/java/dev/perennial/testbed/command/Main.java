package dev.perennial.testbed.command;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.chaos.Chaos;
import dev.perennial.testbed.chaos.ChaosOptions;
import dev.perennial.testbed.chaos.ChaosReport;
import dev.perennial.testbed.demo.Demo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Entry point of the script. Exit codes: 0 success, 1 failure, 2 invalid arguments. */
final class Main {
    private static final int INVALID_ARGUMENTS = 2;
    private static final Set<String> VERBOSE = Set.of("--verbose");
    private static final Set<String> DEMO_OPTIONS = Set.of("--once", "--verbose");

    private Main() {}

    public static void main(String[] arguments) {
        int code;
        try {
            code = run(Arrays.asList(arguments));
        } catch (PartFailedException e) {
            System.err.println(e.getMessage());
            code = 1;
        }
        System.out.flush();
        System.exit(code);
    }

    private static int run(List<String> arguments) {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        return switch (command) {
            case "up" -> VERBOSE.containsAll(rest) ? Up.run(!rest.isEmpty()) : usage(command);
            case "hold" -> hold(rest);
            case "down" -> rest.isEmpty() ? Down.run() : usage(command);
            case "status" -> rest.isEmpty() ? Status.run() : usage(command);
            case "aot" -> rest.isEmpty() ? AotRecording.run(System.out) : usage(command);
            case "chaos" -> chaos(rest);
            case "demo" ->
                DEMO_OPTIONS.containsAll(rest)
                        ? Demo.run(rest.contains("--once"), rest.contains("--verbose"))
                        : usage(command);
            default -> usage(command);
        };
    }

    /** Started by {@code up}: the run folder, then the options of {@code up}. */
    private static int hold(List<String> arguments) {
        return StackHolder.run(Path.of(arguments.getFirst()), arguments.contains("--verbose"));
    }

    private static int chaos(List<String> arguments) {
        ChaosOptions options;
        try {
            options = ChaosOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return INVALID_ARGUMENTS;
        }
        ChaosReport report = Chaos.run(options, System.out);
        System.out.println(report);
        return report.isGood() ? 0 : 1;
    }

    private static int usage(String command) {
        System.err.println("perennial: invalid arguments for '" + command + "'; ./perennial help lists them");
        return INVALID_ARGUMENTS;
    }
}
