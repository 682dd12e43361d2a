package dev.perennial.cli;

import dev.perennial.api.AcceptedRevocations;
import dev.perennial.api.PlannedRevocation;
import dev.perennial.api.RevocationRequest;
import dev.perennial.events.RevocationReason;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "revoke",
        description = {
            "Revokes an issued X.509 certificate, after a preview and a confirmation.",
            "The reason keyCompromise revokes every certificate with the same key. If the reason allows it, a"
                    + " replacement is served before the revocation."
        })
final class RevokeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private CertificateOptions certificate;

    @Option(
            names = "--reason",
            required = true,
            description = "keyCompromise, superseded, affiliationChanged, privilegeWithdrawn, cessationOfOperation or"
                    + " unspecified (RFC 5280)")
    private String reason;

    @Option(
            names = "--fingerprint",
            paramLabel = "HEX",
            description = "SHA-256 of the X.509 certificate to revoke; default: the one in use")
    private Optional<String> fingerprint = Optional.empty();

    @Option(names = "--comment", description = "recorded on the timeline of the certificate")
    private Optional<String> comment = Optional.empty();

    @Option(
            names = "--replace",
            arity = "1",
            paramLabel = "true|false",
            description = "whether a replacement is served first; default: depends on the reason")
    private Optional<Boolean> replace = Optional.empty();

    @Mixin
    private Confirmation confirmation;

    @Override
    public Integer call() {
        RevocationRequest request = new RevocationRequest(fingerprint, Optional.empty(), reason(), comment, replace);
        ApiClient api = options.connect();
        String path = "certificates/" + certificate.find(api, spec) + "/revocations";
        PrintWriter out = spec.commandLine().getOut();
        api.post(path + "?dryRun=true", request, AcceptedRevocations.class)
                .value()
                .revocations()
                .forEach(planned -> describe(planned, out));
        out.flush();
        if (!confirmation.given("Revoke? This cannot be undone.", spec)) {
            return ExitCode.FAILED;
        }
        AcceptedRevocations accepted =
                api.post(path, request, AcceptedRevocations.class).value();
        if (accepted.approval().isPresent()) {
            ApprovalText.waiting(certificate.subject(), accepted.approval().get(), out);
            return ExitCode.OK;
        }
        out.printf(
                "%d revocation(s) ordered; follow with: perennial show %s%n",
                accepted.revocations().size(), certificate.subject());
        out.flush();
        return ExitCode.OK;
    }

    private RevocationReason reason() {
        return Arrays.stream(RevocationReason.values())
                .filter(it -> it.wireName().equals(reason))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "unknown --reason '" + reason + "'; use one of "
                                + Arrays.stream(RevocationReason.values())
                                        .map(RevocationReason::wireName)
                                        .collect(Collectors.joining(", "))));
    }

    private static void describe(PlannedRevocation planned, PrintWriter out) {
        out.printf(
                "%s of %s, serial %s: ",
                Text.oneLine(planned.name()), Text.oneLine(planned.owner()), Text.oneLine(planned.serial()));
        if (planned.retired()) {
            out.println("revoked at once and no longer renewed; its keys in Vault are destroyed");
        } else if (!planned.replacedFirst()) {
            out.println("revoked at once; if it is in use, a replacement is ordered then");
        } else {
            out.println("a replacement with a new key is served first; then it is revoked"
                    + planned.revokeBy().map(it -> ", no later than " + it).orElse("")
                    + ", and its keys in Vault are destroyed");
        }
    }
}
