package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "issuer",
        description = "The CAs of this installation.",
        subcommands = {IssuerCommand.ListThem.class},
        synopsisSubcommandLabel = "COMMAND")
final class IssuerCommand {
    /** A list of issuers has names, or objects that have one. */
    static String name(JsonNode issuer) {
        return issuer.path("name").asText(issuer.asText());
    }

    @Command(name = "list", description = "Their names.")
    static final class ListThem implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private Door door;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            door.open().get("issuers").forEach(issuer -> out.println(name(issuer)));
            out.flush();
            return Main.WELL;
        }
    }
}
