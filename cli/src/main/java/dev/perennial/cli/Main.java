package dev.perennial.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Exit codes: 0 done and well, 1 something failed, 2 wrong usage or no answer from the API. */
@Command(
        name = "perennial",
        description = "Asks a running installation of Perennial.",
        subcommands = {
            DoctorCommand.class,
            RequestCommand.class,
            ListCommand.class,
            ShowCommand.class,
            RenewCommand.class,
            RevokeCommand.class,
            RetireCommand.class,
            ReplaceCommand.class,
            IssuerCommand.class,
            CommandLine.HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class Main {
    static final int WELL = 0;
    static final int FAILED = 1;
    static final int UNUSABLE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, result) -> exitCode(failure, command.getErr()));
    }

    private static int exitCode(Exception failure, PrintWriter err) throws Exception {
        return switch (failure) {
            case ApiProblemException problem -> {
                err.println(problem.getMessage());
                yield FAILED;
            }
            case ApiUnreachableException unreachable -> {
                err.println("perennial: " + unreachable.getMessage());
                yield UNUSABLE;
            }
            default -> throw failure;
        };
    }
}
