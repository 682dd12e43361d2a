package dev.perennial.cli;

import picocli.CommandLine.Option;

/** The option of every command that shows its help. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;
}
