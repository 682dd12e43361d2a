package dev.perennial.cli;

import dev.perennial.enrolment.EnrolmentException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/** The command line of Perennial. */
@Command(
        name = "perennial",
        description = "Manages certificates through the REST API of an installation of Perennial.",
        subcommands = {
            DoctorCommand.class,
            LoginCommand.class,
            LogoutCommand.class,
            RequestCommand.class,
            ListCommand.class,
            ShowCommand.class,
            RenewCommand.class,
            RevokeCommand.class,
            RetireCommand.class,
            TransferCommand.class,
            ReplaceCommand.class,
            ApprovalCommand.class,
            IssuerCommand.class,
            HostCommand.class,
            OwnerCommand.class,
            PolicyCommand.class,
            TokenCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(writer(System.out), writer(System.err)).execute(arguments));
    }

    private static Writer writer(PrintStream stream) {
        return new OutputStreamWriter(stream, stream.charset());
    }

    /** All output passes through a {@link TerminalWriter}. The help has no colours, because the writer escapes them. */
    static CommandLine commandLine(Writer out, Writer err) {
        return commandLine(out, err, CommandLine.defaultFactory());
    }

    /** @param factory of commands and mixins */
    static CommandLine commandLine(Writer out, Writer err, CommandLine.IFactory factory) {
        CommandLine command = new CommandLine(new Main(), factory)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setOut(new PrintWriter(new TerminalWriter(out), true))
                .setErr(new PrintWriter(new TerminalWriter(err), true))
                .setExecutionExceptionHandler((failure, at, result) -> exitCode(failure, at.getErr()));
        ExitCode.document(command);
        return command;
    }

    private static int exitCode(Exception failure, PrintWriter err) throws Exception {
        return switch (failure) {
            case ApiProblemException problem -> {
                err.println(problem.getMessage());
                yield ExitCode.FAILED;
            }
            case ApiUnreachableException unreachable -> {
                err.println("perennial: " + unreachable.getMessage());
                yield ExitCode.UNUSABLE;
            }
            case ProviderUnreachableException unreachable -> {
                err.println("perennial: " + unreachable.getMessage()
                        + "; check the network and the provider, and try again");
                yield ExitCode.UNUSABLE;
            }
            case LoginException login -> {
                err.println("perennial: " + login.getMessage());
                yield login.exitCode();
            }
            case EnrolmentException enrolment -> {
                err.println("perennial: " + enrolment.getMessage());
                yield enrolment.status().isPresent() ? ExitCode.FAILED : ExitCode.UNUSABLE;
            }
            case ConfirmationMissingException missing -> {
                err.println("perennial: " + missing.getMessage());
                yield ExitCode.UNUSABLE;
            }
            default -> throw failure;
        };
    }
}
