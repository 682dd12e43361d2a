package dev.perennial.cli;

import dev.perennial.enrolment.EnrolmentException;
import dev.perennial.enrolment.HostIdentity;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
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
            "Removes a host: requests cannot name it, its reports no longer count, and it can read nothing from Vault.",
            "If the command fails, repeat it. The removal of a removed host succeeds."
        })
final class HostRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private OperatorVault vault;

    @Parameters(paramLabel = "HOST", description = "name of the host")
    private String host;

    @Option(names = "--force", description = "remove the host even if certificates that are not retired name it")
    private boolean force;

    @Option(
            names = "--without-vault",
            description =
                    "keep the rights in Vault: for a host that was not enrolled, or whose rights are ended by other means")
    private boolean withoutVault;

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        // Before any change: the command does all of it or says what is missing.
        Optional<HostIdentity> identities =
                withoutVault ? Optional.empty() : Optional.of(vault.identities(Duration.ofHours(1)));
        api.delete(HostCommand.path(host) + (force ? "?force=true" : ""));
        PrintWriter out = spec.commandLine().getOut();
        out.println(host + ": removed; its keys are revoked");
        identities.ifPresent(this::endRights);
        out.println(withoutVault ? "its rights in Vault, if any, remain" : "its rights in Vault are ended");
        out.flush();
        return ExitCode.OK;
    }

    private void endRights(HostIdentity identities) {
        try {
            identities.remove(host);
        } catch (EnrolmentException e) {
            throw new EnrolmentException(
                    "the reports of the host no longer count, but its rights in Vault may remain: " + e.getMessage()
                            + ". Repeat the command",
                    e);
        }
    }
}
