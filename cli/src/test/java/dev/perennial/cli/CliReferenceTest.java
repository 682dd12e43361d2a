package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/reference/cli.md, from the commands. */
class CliReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "cli.md");

    @Test
    void isCommitted() throws IOException {
        StringBuilder page = new StringBuilder("""
            # Command line

            `./perennial` manages certificates through the REST API of a running installation. This page is generated from
            the commands; `./perennial <command> --help` prints the same text.

            - The address of the API is `--api`, otherwise `$PERENNIAL_API`, otherwise the address in `.run/endpoints.json`, which
              `./perennial up` writes. The token is in the file `--token-file`, otherwise `$PERENNIAL_TOKEN_FILE`; otherwise it is the one
              of `perennial login` for this address, otherwise the one in `.run/token`.
            - With `-o json`, a command prints the response of the API, as [openapi.yaml](openapi.yaml) describes it;
              the pages of `list` are joined.
            - Control characters in names, evidence and other text of the API are printed as `\\u001b`.
            - Completion: `source <(./perennial completion bash)`, in bash and in zsh.

            ## Exit codes

            | code | meaning |
            |---|---|
            """);
        ExitCode.descriptions().forEach((code, meaning) -> page.append("| ")
                .append(code)
                .append(" | ")
                .append(meaning)
                .append(" |\n"));
        StringWriter unused = new StringWriter();
        append("", Main.commandLine(unused, unused), page);

        if (Boolean.getBoolean("contract.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/reference/cli.md differs; rewrite it with -Dcontract.update=true and review the change")
                .isEqualTo(page.toString());
    }

    private static void append(String parent, CommandLine command, StringBuilder page) {
        for (var entry : command.getSubcommands().entrySet()) {
            String name = parent + entry.getKey();
            if (name.endsWith("help")) {
                continue;
            }
            CommandLine subcommand = entry.getValue();
            subcommand.getCommandSpec().usageMessage().exitCodeListHeading("").exitCodeList(java.util.Map.of());
            subcommand.getCommandSpec().usageMessage().width(100);
            page.append("\n## ").append(name).append("\n\n```\n");
            page.append(subcommand.getUsageMessage(CommandLine.Help.Ansi.OFF).stripTrailing());
            page.append("\n```\n");
            append(name + " ", subcommand, page);
        }
    }
}
