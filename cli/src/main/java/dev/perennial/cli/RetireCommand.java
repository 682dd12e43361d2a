package dev.perennial.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "retire", description = "Do not renew a certificate any more; what is served stays, until it expires.")
final class RetireCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Parameters(index = "0", paramLabel = "NAME|ID")
    private String name;

    @Option(names = "--owner", description = "where several teams have one of that name")
    private Optional<String> owner = Optional.empty();

    @ArgGroup(multiplicity = "1")
    private Wish wish;

    /** Either way. */
    static final class Wish {
        @Option(names = "--because", description = "shown to whoever wonders")
        private Optional<String> because = Optional.empty();

        @Option(names = "--undo", description = "keep it alive again")
        private boolean undo;
    }

    @Override
    public Integer call() {
        ApiClient api = door.open();
        String path = "certificates/" + CertificateText.id(api, name, owner, spec) + "/retirement";
        wish.because.ifPresentOrElse(
                because -> api.put(path, ApiClient.object().put("because", because)), () -> api.delete(path));
        spec.commandLine()
                .getOut()
                .printf(
                        wish.undo
                                ? "%s is kept alive again%n"
                                : "%s is not renewed any more; what is served stays, until it expires%n",
                        name);
        spec.commandLine().getOut().flush();
        return Main.WELL;
    }
}
