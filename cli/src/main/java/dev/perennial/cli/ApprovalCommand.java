package dev.perennial.cli;

import dev.perennial.api.ApprovalDecisionRequest;
import dev.perennial.api.ApprovalDetail;
import dev.perennial.api.ApprovalPage;
import dev.perennial.api.ApprovalStatus;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "approval",
        description = "Shows and decides requests that wait for a second person.",
        synopsisSubcommandLabel = "COMMAND")
final class ApprovalCommand {
    private static final String ROW = "%-36s %-10s %-20s %-30s %-24s %s%n";
    private static final String ID = "ID";
    private static final String ID_TEXT = "id of the approval, as 'approval list' shows it";

    @Spec
    private CommandSpec spec;

    @Command(
            name = "list",
            description = "Lists the approvals that the token may read, the newest first; by default those that wait.")
    int list(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Option(
                            names = "--state",
                            defaultValue = "WAITING",
                            description =
                                    "waiting, approved, rejected, expired or withdrawn; default: waiting (see also --all)")
                    ApprovalStatus state,
            @Option(names = "--all", description = "approvals in every state") boolean all,
            @Option(
                            names = "--limit",
                            defaultValue = "50",
                            paramLabel = "COUNT",
                            description = "maximum number, up to 500; default: ${DEFAULT-VALUE}")
                    int limit) {
        ApiClient.Document<ApprovalPage> page = options.connect()
                .get(
                        "approvals?limit=" + limit
                                + (all ? "" : "&state=" + state.name().toLowerCase(Locale.ROOT)),
                        ApprovalPage.class);
        if (output.json()) {
            OutputOptions.print(page.json(), out());
            return ExitCode.OK;
        }
        out().printf(ROW, ID, "STATE", "UNTIL", "REQUESTER", "ACTION", "CONCERNS");
        page.value().items().forEach(this::row);
        page.value().next().ifPresent(next -> out().println("more exist; use a larger --limit"));
        out().flush();
        return ExitCode.OK;
    }

    private void row(ApprovalDetail approval) {
        out().printf(
                        ROW,
                        approval.id(),
                        Text.words(approval.state()),
                        Text.second(approval.expiresAt()),
                        Text.oneLine(approval.requester()),
                        Text.oneLine(approval.action()),
                        concerns(approval));
    }

    private static String concerns(ApprovalDetail approval) {
        String certificate = approval.owner()
                .map(owner -> owner + approval.name().map(name -> "/" + name).orElse(""))
                .or(() -> approval.issuer().map(issuer -> "issuer " + issuer))
                .orElse("the installation");
        return Text.oneLine(certificate);
    }

    @Command(name = "show", description = "Shows an approval with its request.")
    int show(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = ID, description = ID_TEXT) String id) {
        ApiClient.Document<ApprovalDetail> approval = options.connect().get(path(id), ApprovalDetail.class);
        if (output.json()) {
            OutputOptions.print(approval.json(), out());
        } else {
            ApprovalText.detail(approval.value(), approval.json(), out());
        }
        return ExitCode.OK;
    }

    @Command(
            name = "approve",
            description = {
                "Approves the request of another principal, which takes effect at once.",
                "Requires the role that 'approval show' prints, or admin."
            })
    int approve(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = ID, description = ID_TEXT) String id,
            @Option(names = "--comment", description = "recorded with the decision") Optional<String> comment) {
        return decide(options, id, "approve", comment);
    }

    @Command(name = "reject", description = "Rejects the request of another principal, which then has no effect.")
    int reject(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = ID, description = ID_TEXT) String id,
            @Option(names = "--comment", description = "recorded with the decision, and sent to the requester")
                    Optional<String> comment) {
        return decide(options, id, "reject", comment);
    }

    private int decide(ApiOptions options, String id, String decision, Optional<String> comment) {
        ApprovalDetail decided = options.connect()
                .post(path(id) + "/" + decision, new ApprovalDecisionRequest(comment), ApprovalDetail.class)
                .value();
        ApprovalText.decided(decided, out());
        return ExitCode.OK;
    }

    @Command(name = "withdraw", description = "Withdraws a waiting request that the same principal has made.")
    int withdraw(@Mixin ApiOptions options, @Parameters(paramLabel = ID, description = ID_TEXT) String id) {
        options.connect().delete(path(id));
        out().println(Text.oneLine(id) + ": withdrawn");
        out().flush();
        return ExitCode.OK;
    }

    private static String path(String id) {
        return "approvals/" + ApiClient.encoded(id);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
