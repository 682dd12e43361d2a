package dev.perennial.cli;

import dev.perennial.api.AcceptedRevocations;
import dev.perennial.api.PlannedRevocation;
import dev.perennial.api.RevocationRequest;
import dev.perennial.events.CertificateId;
import dev.perennial.events.RevocationReason;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
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
        RevocationRequest request = request(fingerprint);
        ApiClient api = options.connect();
        CertificateId id = certificate.find(api, spec);
        String path = "certificates/" + id + "/revocations";
        PrintWriter out = spec.commandLine().getOut();
        List<PlannedRevocation> preview = api.post(path + "?dryRun=true", request, AcceptedRevocations.class)
                .value()
                .revocations();
        preview.forEach(planned -> describe(planned, out));
        out.flush();
        if (!confirmation.given("Revoke? This cannot be undone.", spec)) {
            return ExitCode.FAILED;
        }
        AcceptedRevocations accepted = api.post(path, request(shown(preview, id)), AcceptedRevocations.class)
                .value();
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

    private RevocationRequest request(Optional<String> which) {
        return new RevocationRequest(which, Optional.empty(), reason(), comment, replace);
    }

    /** The X.509 certificate that was shown, also if it is renewed before the request is sent or approved. */
    private Optional<String> shown(List<PlannedRevocation> preview, CertificateId id) {
        return fingerprint.or(() -> preview.stream()
                .filter(planned -> planned.certificateId().equals(id))
                .map(PlannedRevocation::fingerprint)
                .findFirst());
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
