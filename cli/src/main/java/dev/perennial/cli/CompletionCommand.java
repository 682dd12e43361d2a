package dev.perennial.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = {
            "Prints a completion script for bash or zsh.",
            "To enable it in the current shell: source <(./perennial completion bash)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** Commands of the script {@code perennial} itself, which are not in this program. */
    static final List<String> SCRIPT_COMMANDS =
            List.of("demo", "up", "aot", "down", "status", "test", "bench", "chaos", "simulate");

    /** A shell; zsh reads the script for bash. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell;

    @Mixin
    private HelpOption help;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        CommandLine all = Main.commandLine(out, out);
        SCRIPT_COMMANDS.forEach(name -> all.addSubcommand(name, CommandSpec.create()));
        out.println(AutoComplete.bash("perennial", all));
        out.flush();
        return ExitCode.OK;
    }
}
