package dev.perennial.cli;

import dev.perennial.api.CreatedEnrolment;
import dev.perennial.api.HostDetail;
import dev.perennial.api.HostRequest;
import dev.perennial.api.HostSummary;
import dev.perennial.enrolment.EnrolmentToken;
import dev.perennial.enrolment.HostIdentity;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "enroll",
        description = {
            "Registers a host, creates its rights in Vault, and prints the token of its enrolment.",
            "Pass the token to 'deploy-agent enroll' on the host within 15 minutes; it can be used once. The"
                    + " host reaches Vault at the address of --vault.",
            "If the host was removed, or all of its keys are revoked, its rights in Vault that remain are ended first.",
            "If the command fails, repeat it."
        })
final class HostEnrollCommand implements Callable<Integer> {
    private static final String DEFAULT_LIFE = "1h";
    private static final Duration MAX_LIFE = Duration.ofHours(24);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private OperatorVault vault;

    @Parameters(paramLabel = "HOST", description = "name of the host, as in its host file")
    private String host;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "label of the host; repeatable. Without any, a registered host keeps its labels")
    private Map<String, String> labels;

    @Option(
            names = "--host-api",
            paramLabel = "URL",
            description = "address of the order-service for the host, if it differs from the one of this command")
    private Optional<URI> hostApi = Optional.empty();

    @Option(
            names = "--token-ttl",
            paramLabel = "TIME",
            defaultValue = DEFAULT_LIFE,
            description =
                    "lifetime of the agent's tokens of Vault, which it renews, such as 30m; default: ${DEFAULT-VALUE}")
    private String tokenLife;

    @Option(
            names = "--end-rights",
            description =
                    "end the rights that Vault has of the host, also if the order-service does not know it, or if it has a usable key; an agent that uses them stops")
    private boolean endRights;

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "new file for the token, mode 600, instead of standard output")
    private Optional<Path> file = Optional.empty();

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        URI apiOfHost = vault.secure("--host-api", hostApi.orElse(api.address()));
        HostIdentity identities = vault.identities(life());
        Optional<String> root = vault.root();
        PrintWriter out = spec.commandLine().getOut();
        SecretFile target = new SecretFile(spec, file);
        target.create();
        EnrolmentToken token;
        try {
            // Before the registration, so that a repetition does it too.
            endEarlierRights(api, identities);
            api.put(HostCommand.path(host), new HostRequest(Optional.ofNullable(labels)), HostSummary.class);
            HostIdentity.Credentials credentials = identities.create(host);
            CreatedEnrolment enrolment = api.post(HostCommand.path(host) + "/enrolments", CreatedEnrolment.class)
                    .value();
            token = new EnrolmentToken(
                    vault.address(),
                    root,
                    apiOfHost,
                    host,
                    credentials.roleId(),
                    credentials.secretIdToken(),
                    enrolment.code());
        } catch (RuntimeException e) {
            target.deleteEmpty();
            throw e;
        }
        if (target.write(token.text())) {
            out.println(
                    "the enrolment token of " + host + " is in " + file.orElseThrow() + "; use it within 15 minutes");
        } else {
            out.println(token.text());
        }
        out.flush();
        return ExitCode.OK;
    }

    /**
     * Of a host without a usable key: a removal may have ended the keys only, or another party may have opened the token of an
     * earlier enrolment, and has its credentials.
     */
    private void endEarlierRights(ApiClient api, HostIdentity identities) {
        Optional<HostDetail> known = HostCommand.find(api, host);
        if (endRights || known.filter(HostEnrollCommand::hasNoUsableKey).isPresent()) {
            if (identities.remove(host)) {
                spec.commandLine()
                        .getErr()
                        .println("the earlier rights of " + host + " in Vault at " + vault.address() + " are ended");
            }
        } else if (known.isEmpty() && identities.exists(host)) {
            throw new ApiProblemException("perennial: the order-service at " + api.address() + " does not know " + host
                    + ", but Vault at " + vault.address()
                    + " has rights of it. Nothing was changed. Check that both addresses"
                    + " belong to one installation. If they do, for example after a restore of the database, repeat the"
                    + " command with --end-rights: an agent that uses these rights stops until its enrolment");
        }
    }

    private static boolean hasNoUsableKey(HostDetail detail) {
        return detail.host().removedAt().isPresent()
                || detail.keys().stream().allMatch(key -> key.revokedAt().isPresent());
    }

    private Duration life() {
        try {
            Duration life = Duration.parse("PT" + tokenLife);
            if (life.compareTo(Duration.ofMinutes(1)) >= 0 && life.compareTo(MAX_LIFE) <= 0) {
                return life;
            }
        } catch (DateTimeParseException e) {
            // Reported below.
        }
        throw new ParameterException(
                spec.commandLine(),
                "--token-ttl: a time from 1m to 24h is required, such as 30m, got '" + tokenLife + "'");
    }
}
