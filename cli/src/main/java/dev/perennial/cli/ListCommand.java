package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.api.CertificatePage;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "Lists the certificates that match every given criterion.")
final class ListCommand implements Callable<Integer> {
    private static final int PAGE = 500;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private OutputOptions output;

    @Option(names = "--name", description = "name of the certificate")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--name-contains",
            paramLabel = "PART",
            description = "part of the name; at least three consecutive letters or digits")
    private Optional<String> nameContains = Optional.empty();

    @Option(
            names = "--identifier",
            paramLabel = "NAME",
            description = "DNS name or IP address that the certificate covers, also by a wildcard")
    private Optional<String> identifier = Optional.empty();

    @Option(names = "--owner", description = "team that owns the certificate")
    private Optional<String> owner = Optional.empty();

    @Option(
            names = "--state",
            description =
                    "state of the latest order: due, placed, authorized, issued, deployed, undeployed, rehearsed or"
                            + " failed")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--expires-before",
            paramLabel = "TIME",
            description = "a time such as 2027-01-31T00:00:00Z; in order of expiry")
    private Optional<String> expiresBefore = Optional.empty();

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        PrintWriter out = spec.commandLine().getOut();
        List<JsonNode> items = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            ApiClient.Document<CertificatePage> page = api.get("certificates?" + query(cursor), CertificatePage.class);
            if (output.json()) {
                page.json().path("items").forEach(items::add);
            } else {
                if (cursor.isEmpty()) {
                    CertificateText.header(out);
                }
                page.value().items().forEach(certificate -> CertificateText.row(certificate, out));
            }
            cursor = page.value().next();
        } while (cursor.isPresent());
        if (output.json()) {
            // All pages joined into one, which has no next page.
            OutputOptions.print(
                    JsonNodeFactory.instance
                            .objectNode()
                            .set("items", JsonNodeFactory.instance.arrayNode().addAll(items)),
                    out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private String query(Optional<String> cursor) {
        List<String> parts = new ArrayList<>(List.of("limit=" + PAGE));
        add(parts, "name", name);
        add(parts, "nameContains", nameContains);
        add(parts, "identifier", identifier);
        add(parts, "owner", owner);
        add(parts, "state", state);
        add(parts, "expiresBefore", expiresBefore);
        add(parts, "cursor", cursor);
        return String.join("&", parts);
    }

    private static void add(List<String> parts, String key, Optional<String> value) {
        value.ifPresent(text -> parts.add(key + "=" + ApiClient.encoded(text)));
    }
}
