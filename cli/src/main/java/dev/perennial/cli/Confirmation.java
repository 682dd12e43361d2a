package dev.perennial.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Scanner;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Requests a confirmation on the terminal. */
final class Confirmation {
    @Option(names = "--yes", description = "skip the confirmation")
    private boolean yes;

    /** @throws ConfirmationMissingException if stdin is at its end */
    boolean given(String question, CommandSpec spec) {
        if (yes) {
            return true;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(question + " [y/N] ");
        out.flush();
        Scanner input = new Scanner(System.in, Charset.defaultCharset());
        if (!input.hasNextLine()) {
            out.println();
            out.flush();
            throw new ConfirmationMissingException();
        }
        boolean confirmed = input.nextLine().strip().toLowerCase(Locale.ROOT).matches("y|yes");
        if (!confirmed) {
            out.println("cancelled; nothing has changed");
            out.flush();
        }
        return confirmed;
    }
}
