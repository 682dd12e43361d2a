package dev.perennial.cli;

import dev.perennial.api.OwnerDetail;
import dev.perennial.api.OwnerPage;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "owner",
        description = {
            "Shows the owners that the policy lists or that have certificates.",
            "A token for some owners shows these. The policy changes them: perennial policy."
        },
        synopsisSubcommandLabel = "COMMAND")
final class OwnerCommand {
    @Spec
    private CommandSpec spec;

    @Command(name = "list", description = "Lists the owners.")
    int list(@Mixin ApiOptions options, @Mixin OutputOptions output) {
        return new PagedList<>("owners?limit=500", OwnerPage.class, OwnerPage::next)
                .print(options.connect(), output, out(), OwnerText::header, (page, out) -> page.items()
                        .forEach(owner -> OwnerText.row(owner, out)));
    }

    @Command(name = "show", description = "Shows an owner: contacts, members, restrictions, quota and certificates.")
    int show(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "OWNER", description = "name of the owner") String owner) {
        ApiClient.Document<OwnerDetail> detail =
                options.connect().get("owners/" + ApiClient.encoded(owner), OwnerDetail.class);
        if (output.json()) {
            OutputOptions.print(detail.json(), out());
        } else {
            OwnerText.detail(detail, out());
        }
        out().flush();
        return ExitCode.OK;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
