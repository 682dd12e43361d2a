package dev.perennial.testbed.command;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.chaos.Chaos;
import dev.perennial.testbed.chaos.ChaosOptions;
import dev.perennial.testbed.chaos.ChaosReport;
import dev.perennial.testbed.demo.Demo;
import java.util.Arrays;
import java.util.List;

/** Entry point of the script. Exit codes: 0 done, 1 did not work, 2 wrong usage. */
final class Main {
    private static final int WRONG_USAGE = 2;

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
            case "up" -> rest.isEmpty() ? Up.run() : usage(command);
            case "hold" -> rest.size() == 1 ? StackHolder.run(java.nio.file.Path.of(rest.getFirst())) : usage(command);
            case "down" -> rest.isEmpty() ? Down.run() : usage(command);
            case "status" -> rest.isEmpty() ? Status.run() : usage(command);
            case "aot" -> rest.isEmpty() ? AotRecording.run(System.out) : usage(command);
            case "chaos" -> chaos(rest);
            case "demo" ->
                rest.isEmpty() || rest.equals(List.of("--once")) ? Demo.run(!rest.isEmpty()) : usage(command);
            default -> usage(command);
        };
    }

    private static int chaos(List<String> arguments) {
        ChaosOptions options;
        try {
            options = ChaosOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return WRONG_USAGE;
        }
        ChaosReport report = Chaos.run(options, System.out);
        System.out.println(report);
        return report.isGood() ? 0 : 1;
    }

    private static int usage(String command) {
        System.err.println("perennial: '" + command + "' is not used like this; ./perennial help tells how");
        return WRONG_USAGE;
    }
}
