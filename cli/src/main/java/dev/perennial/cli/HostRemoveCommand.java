package dev.perennial.cli;

import dev.perennial.api.HostDetail;
import dev.perennial.enrolment.EnrolmentException;
import dev.perennial.enrolment.HostIdentity;
import java.io.PrintWriter;
import java.net.URI;
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

    @Option(
            names = "--force",
            description =
                    "remove the host even if certificates that are not retired name it, and end its rights in Vault"
                            + " even if the order-service cannot be used or does not know the host")
    private boolean force;

    @Option(
            names = "--without-vault",
            description =
                    "keep the rights in Vault: for a host that was not enrolled, or whose rights are ended by other means")
    private boolean withoutVault;

    /**
     * What the order-service answered.
     *
     * @param failure for which the host may still be registered
     */
    private record Registration(boolean removedBefore, Optional<RuntimeException> failure) {}

    @Override
    public Integer call() {
        // Before any change: the command does all of it or says what is missing.
        Optional<HostIdentity> identities =
                withoutVault ? Optional.empty() : Optional.of(vault.identities(Duration.ofHours(1)));
        Registration registration = endRegistration();
        boolean isEnded = identities.filter(it -> endRights(it, registration)).isPresent();
        if (withoutVault) {
            say("its rights in Vault, if any, remain");
        } else if (isEnded) {
            say("its rights in Vault are ended");
        } else {
            say("Vault at " + vault.address() + " has no rights of " + host
                    + ". If the host was enrolled, check --vault and the name, and repeat the command; if it was not,"
                    + " use --without-vault");
        }
        registration.failure().ifPresent(e -> {
            throw e;
        });
        return withoutVault || isEnded || registration.removedBefore() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Registration endRegistration() {
        try {
            ApiClient api = options.connect();
            Optional<HostDetail> known = HostCommand.find(api, host);
            if (known.isEmpty()) {
                return unknown(api.address());
            }
            api.delete(HostCommand.path(host) + (force ? "?force=true" : ""));
            say(host + ": removed at the order-service at " + api.address() + "; its keys are revoked");
            return new Registration(known.get().host().removedAt().isPresent(), Optional.empty());
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    /** The address may be that of another installation, where the host is not registered. */
    private Registration unknown(URI api) {
        String unknown = host + " is not registered at the order-service at " + api;
        if (withoutVault) {
            throw new ApiProblemException("perennial: " + unknown + "; check --api and the name");
        }
        if (!force) {
            throw new ApiProblemException("perennial: " + unknown + ". Nothing was changed; its rights in Vault at "
                    + vault.address()
                    + ", if any, remain. Check --api, --vault and the name. If the order-service has lost"
                    + " the host, for example by a restore of its database, repeat the command with --force");
        }
        say(unknown + ", so that its reports do not count there");
        return new Registration(false, Optional.empty());
    }

    /** A host that is lost or compromised must lose its rights in Vault even without the order-service. */
    private Registration failed(RuntimeException e) {
        if (withoutVault || !force) {
            throw e;
        }
        say(
                host
                        + ": the removal at the order-service failed; until it succeeds, its reports count. Repeat the command");
        return new Registration(false, Optional.of(e));
    }

    private boolean endRights(HostIdentity identities, Registration registration) {
        try {
            return identities.remove(host);
        } catch (EnrolmentException e) {
            String effect = "the reports of the host no longer count, but ";
            if (registration.failure().isPresent()) {
                effect = "";
                say(registration.failure().get().getMessage());
            }
            throw new EnrolmentException(
                    effect + "its rights in Vault may remain: " + e.getMessage() + ". Repeat the command", e);
        }
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
