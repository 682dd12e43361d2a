package dev.perennial.scenarios;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.JavaProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The command line as a separate process, with an address and a token file. */
record Cli(Map<String, String> environment) {
    static Cli of(Stack stack) {
        return new Cli(Map.of(
                "PERENNIAL_API", stack.rest().toString(),
                "PERENNIAL_TOKEN_FILE", stack.run().root().resolve("token").toString()));
    }

    /** The exit code and the combined output of a command. */
    record Result(int exitCode, String output) {
        /** The failed hops in the output of doctor. */
        List<String> failedHops() {
            return output.lines()
                    .filter(line -> line.startsWith("  failed "))
                    .map(line -> line.substring(11, 31).strip())
                    .toList();
        }
    }

    Result run(String... arguments) {
        try {
            Process process = start(arguments);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new AssertionError("the output of the command line cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Without waiting for its end; both outputs are one. */
    Process start(String... arguments) {
        Path folder = Checkout.find().root().resolve("cli/target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(JavaProgram.sharedArchive(folder.resolve("perennial.jsa")));
        command.addAll(List.of("-jar", folder.resolve("perennial.jar").toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError("the command line does not start", e);
        }
    }
}
