package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "revoke",
        description = {
            "Revokes what was issued for a certificate: says what that means, asks, and orders it.",
            "With keyCompromise, every certificate with the same key. What is served is replaced first, where the reason allows."
        })
final class RevokeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Parameters(index = "0", paramLabel = "NAME|ID", description = "a certificate's name or id")
    private String subject;

    @Option(names = "--owner", description = "where several teams have one of that name")
    private Optional<String> owner = Optional.empty();

    @Option(
            names = "--reason",
            required = true,
            description =
                    "keyCompromise, superseded, affiliationChanged, privilegeWithdrawn, cessationOfOperation or unspecified (RFC 5280)")
    private String reason;

    @Option(names = "--fingerprint", description = "of the one that is meant; else the one in use")
    private Optional<String> fingerprint = Optional.empty();

    @Option(names = "--comment", description = "for the certificate's story")
    private Optional<String> comment = Optional.empty();

    @Option(
            names = "--replace",
            arity = "1",
            paramLabel = "true|false",
            description = "whether a new one is served first; else as the reason calls for")
    private Optional<Boolean> replace = Optional.empty();

    @Option(names = "--yes", description = "without asking")
    private boolean yes;

    @Override
    public Integer call() {
        ApiClient api = door.open();
        String path = "certificates/" + CertificateText.id(api, subject, owner, spec) + "/revocations";
        PrintWriter out = spec.commandLine().getOut();
        api.post(path + "?dryRun=true", body()).path("revocations").forEach(planned -> describe(planned, out));
        out.flush();
        if (!yes && !confirmed(out)) {
            out.println("nothing was done");
            return Main.FAILED;
        }
        JsonNode taken = api.post(path, body()).path("revocations");
        out.printf("%d revocation(s) ordered; follow with: perennial show %s%n", taken.size(), subject);
        out.flush();
        return Main.WELL;
    }

    private ObjectNode body() {
        ObjectNode body = ApiClient.object().put("reason", reason);
        fingerprint.ifPresent(it -> body.put("fingerprint", it));
        comment.ifPresent(it -> body.put("comment", it));
        replace.ifPresent(it -> body.put("replace", it));
        return body;
    }

    private static void describe(JsonNode planned, PrintWriter out) {
        out.printf(
                "%s of %s, serial %s: ",
                planned.path("name").asText(),
                planned.path("owner").asText(),
                planned.path("serial").asText());
        if (planned.path("retired").asBoolean()) {
            out.println("revoked at once and not kept alive any more; its keys are destroyed in Vault");
        } else if (!planned.path("replacedFirst").asBoolean()) {
            out.println("revoked at once; a new one is ordered then, if it is in use");
        } else {
            String limit = planned.path("revokeBy").asText("");
            out.println("a new one, with a new key, is served first; then it is revoked"
                    + (limit.isEmpty() ? "" : ", at " + limit + " at the latest")
                    + ", and its keys are destroyed in Vault");
        }
    }

    private boolean confirmed(PrintWriter out) {
        out.print("Revoke? This cannot be undone. [y/N] ");
        out.flush();
        Scanner answer = new Scanner(System.in, java.nio.charset.Charset.defaultCharset());
        if (!answer.hasNextLine()) {
            throw new ParameterException(spec.commandLine(), "nobody answers; say --yes where nobody can");
        }
        return answer.nextLine().strip().toLowerCase(java.util.Locale.ROOT).matches("y|yes");
    }
}
