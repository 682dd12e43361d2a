package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.api.OwnerDetail;
import dev.perennial.api.OwnerPage;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        ApiClient api = options.connect();
        List<JsonNode> items = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            ApiClient.Document<OwnerPage> page = api.get(
                    "owners?limit=500"
                            + after.map(name -> "&after=" + ApiClient.encoded(name))
                                    .orElse(""),
                    OwnerPage.class);
            if (output.json()) {
                page.json().path("items").forEach(items::add);
            } else {
                if (after.isEmpty()) {
                    OwnerText.header(out());
                }
                page.value().items().forEach(owner -> OwnerText.row(owner, out()));
            }
            after = page.value().next();
        } while (after.isPresent());
        if (output.json()) {
            OutputOptions.print(JsonNodeFactory.instance.arrayNode().addAll(items), out());
        }
        out().flush();
        return ExitCode.OK;
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
