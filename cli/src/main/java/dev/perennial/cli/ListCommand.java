package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
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

@Command(name = "list", description = "Certificates, all that fit every criterion.")
final class ListCommand implements Callable<Integer> {
    private static final int PAGE = 500;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Option(names = "--name", description = "of this name")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--name-contains",
            paramLabel = "PART",
            description = "with this in the name; three letters or digits in a row at least")
    private Optional<String> nameContains = Optional.empty();

    @Option(
            names = "--identifier",
            paramLabel = "NAME",
            description = "good for this DNS name or address, itself or by a wildcard")
    private Optional<String> identifier = Optional.empty();

    @Option(names = "--owner", description = "of this team")
    private Optional<String> owner = Optional.empty();

    @Option(names = "--state", description = "due, placed, authorized, issued, deployed, undeployed or failed")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--expires-before",
            paramLabel = "TIME",
            description = "the soonest first; for example 2027-01-31T00:00:00Z")
    private Optional<String> expiresBefore = Optional.empty();

    @Override
    public Integer call() {
        ApiClient api = door.open();
        PrintWriter out = spec.commandLine().getOut();
        CertificateText.header(out);
        Optional<String> cursor = Optional.empty();
        do {
            JsonNode page = api.get("certificates?" + query(cursor));
            page.path("items").forEach(certificate -> CertificateText.row(certificate, out));
            cursor = Optional.ofNullable(page.get("next")).map(JsonNode::asText);
        } while (cursor.isPresent());
        out.flush();
        return Main.WELL;
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
