package dev.perennial.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

/** The exit codes of every command. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int UNUSABLE = 2;
    static final int TIMED_OUT = 3;

    private ExitCode() {}

    static Map<String, String> descriptions() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(String.valueOf(OK), "success");
        codes.put(
                String.valueOf(FAILED),
                "the API or Vault refused the request, a check or an order failed, or a confirmation or login was denied");
        codes.put(
                String.valueOf(UNUSABLE),
                "wrong usage, the API, the identity provider or Vault cannot be reached, or the login has expired");
        codes.put(String.valueOf(TIMED_OUT), "--wait reached its --timeout; the order continues");
        return codes;
    }

    /** Adds the exit codes to the help of a command and of all commands below it. */
    static void document(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(descriptions());
        command.getSubcommands().values().forEach(ExitCode::document);
    }
}
