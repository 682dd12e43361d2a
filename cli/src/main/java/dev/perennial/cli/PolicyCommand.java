package dev.perennial.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.api.PolicyDetail;
import dev.perennial.api.PolicyTestDetail;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "policy", description = "Manages what each owner may request.", synopsisSubcommandLabel = "COMMAND")
final class PolicyCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            name = "show",
            description = {
                "Shows the policy in the form that apply reads.",
                "A token for some owners shows their part of it."
            })
    int show(@Mixin ApiOptions options, @Mixin OutputOptions output) {
        ApiClient.Document<PolicyDetail> policy = current(options.connect());
        PrintWriter out = out();
        if (output.json()) {
            OutputOptions.print(policy.json(), out);
            return ExitCode.OK;
        }
        out.println("# revision " + policy.value().revision()
                + (policy.value().complete() ? "" : ", only the owners that this token may read"));
        out.print(YamlFile.text(policy.json().path("document")));
        out.flush();
        return ExitCode.OK;
    }

    @Command(
            name = "diff",
            description = "Shows what a file would change: '+' is added, '-' is removed, '~' is changed.")
    int diff(
            @Mixin ApiOptions options,
            @Parameters(
                            paramLabel = "FILE",
                            description = "YAML or JSON file; docs/operating/policy.md describes its format")
                    Path file) {
        ObjectNode document = YamlFile.read(file, spec.commandLine());
        ApiClient.Document<PolicyDetail> before = complete(options.connect());
        List<String> changes = PolicyDifference.of(before.json().path("document"), document);
        print(
                changes.isEmpty()
                        ? List.of("no difference to revision " + before.value().revision())
                        : changes);
        return ExitCode.OK;
    }

    @Command(
            name = "apply",
            description = {
                "Replaces the policy as a whole with the one in a file, and shows what changes.",
                "With --revision, nothing changes if the policy has another revision. Nothing changes if the file is not valid."
            })
    int apply(
            @Mixin ApiOptions options,
            @Parameters(
                            paramLabel = "FILE",
                            description = "YAML or JSON file; docs/operating/policy.md describes its format")
                    Path file,
            @Option(
                            names = "--revision",
                            paramLabel = "N",
                            description =
                                    "the revision that the file is based on, as 'policy show' prints it; default: the"
                                            + " current one")
                    Optional<Long> basedOn) {
        ObjectNode document = YamlFile.read(file, spec.commandLine());
        ApiClient api = options.connect();
        ApiClient.Document<PolicyDetail> before = complete(api);
        long revision = basedOn.orElse(before.value().revision());
        List<String> changes = PolicyDifference.of(before.json().path("document"), document);
        ApiClient.Document<PolicyDetail> response = api.put("policy", document, revision, PolicyDetail.class);
        print(changes);
        if (response.approval().isPresent()) {
            ApprovalText.waiting("policy", response.approval().get(), out());
            return ExitCode.OK;
        }
        PolicyDetail applied = response.value();
        print(List.of(
                applied.revision() == revision
                        ? "unchanged, revision " + revision
                        : "applied, revision " + applied.revision()));
        return ExitCode.OK;
    }

    @Command(
            name = "test",
            description = {
                "Decides about a request without any change, and prints the rules that decide.",
                "The exit code is 0 if the request is allowed, otherwise 1."
            })
    int test(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Option(
                            names = "--request",
                            required = true,
                            paramLabel = "FILE",
                            description = "YAML or JSON file with a request for a certificate, as in the REST API")
                    Path request,
            @Option(
                            names = "--as",
                            paramLabel = "NAME",
                            description = "name of the service token that would send it; default: the one in use")
                    Optional<String> as,
            @Option(
                            names = "--file",
                            paramLabel = "CANDIDATE",
                            description = "YAML or JSON file with a policy to use instead of the current one")
                    Optional<Path> candidate) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("request", YamlFile.read(request, spec.commandLine()));
        as.ifPresent(name -> body.put("as", name));
        candidate.ifPresent(file -> body.set("policy", YamlFile.read(file, spec.commandLine())));
        ApiClient.Document<PolicyTestDetail> tested =
                options.connect().post("policy/test", body, PolicyTestDetail.class);
        if (output.json()) {
            OutputOptions.print(tested.json(), out());
        } else {
            print(PolicyTestText.lines(tested.value()));
        }
        return tested.value().allowed() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static ApiClient.Document<PolicyDetail> current(ApiClient api) {
        return api.get("policy", PolicyDetail.class);
    }

    /** A part of the policy cannot be compared with a file. */
    private static ApiClient.Document<PolicyDetail> complete(ApiClient api) {
        ApiClient.Document<PolicyDetail> policy = current(api);
        if (!policy.value().complete()) {
            throw new ApiProblemException(
                    "perennial: this token may read the policy of some owners only; diff needs a token with a grant for all"
                            + " owners, apply one of an admin of all owners");
        }
        return policy;
    }

    private void print(List<String> lines) {
        lines.forEach(out()::println);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
