package dev.perennial.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "show", description = "One certificate: its state, what is wrong with it, and its story.")
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Parameters(index = "0", paramLabel = "NAME|ID")
    private String name;

    @Option(names = "--owner", description = "where several teams have one of that name")
    private Optional<String> owner = Optional.empty();

    @Override
    public Integer call() {
        ApiClient api = door.open();
        CertificateText.detail(
                api.get("certificates/" + CertificateText.id(api, name, owner, spec)),
                spec.commandLine().getOut());
        return Main.WELL;
    }
}
