package dev.perennial.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "remove",
        description = {
            "Removes a host: it can be no target, its keys are revoked, and its reports no longer count.",
            "Its rights in Vault and Kafka remain until they are ended there."
        })
final class HostRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Parameters(paramLabel = "HOST", description = "name of the host")
    private String host;

    @Option(names = "--force", description = "also if certificates that are not retired name the host")
    private boolean force;

    @Override
    public Integer call() {
        options.connect().delete(HostCommand.path(host) + (force ? "?force=true" : ""));
        PrintWriter out = spec.commandLine().getOut();
        out.println(host + ": removed; its keys are revoked");
        out.flush();
        return ExitCode.OK;
    }
}
