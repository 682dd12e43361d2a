package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "show", description = "One certificate: its state, what is wrong with it, and its story.")
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Door door;

    @Parameters(index = "0", paramLabel = "NAME")
    private String name;

    @Option(names = "--owner", description = "where several teams have one of that name")
    private Optional<String> owner = Optional.empty();

    @Override
    public Integer call() {
        Api api = door.open();
        String query = "certificates?name=" + Api.encoded(name)
                + owner.map(it -> "&owner=" + Api.encoded(it)).orElse("");
        JsonNode found = api.get(query).path("items");
        if (found.isEmpty()) {
            spec.commandLine().getErr().println("perennial: there is no certificate '" + name + "'");
            return Main.FAILED;
        }
        if (found.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "several teams have a certificate '" + name + "'; say whose with --owner");
        }
        Certificates.detail(
                api.get("certificates/" + found.path(0).path("certificateId").asText()),
                spec.commandLine().getOut());
        return Main.WELL;
    }
}
