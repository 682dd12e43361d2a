package dev.perennial.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.api.IssuerDetail;
import dev.perennial.api.WaitingApproval;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "issuer", description = "Manages the issuers of the installation.", synopsisSubcommandLabel = "COMMAND")
final class IssuerCommand {
    /** Fields that refer to other issuers. */
    private static final List<String> REFERENCES = List.of("fallbacks", "rehearsal");

    private static final String ROW = "%-24s %-10s %s%n";

    @Spec
    private CommandSpec spec;

    @Command(name = "list", description = "Lists all issuers.")
    int list(@Mixin ApiOptions options, @Mixin OutputOptions output) {
        ApiClient.Document<List<IssuerDetail>> issuers = all(options.connect());
        PrintWriter out = out();
        if (output.json()) {
            OutputOptions.print(issuers.json(), out);
            return ExitCode.OK;
        }
        out.printf(ROW, "NAME", "MANAGED BY", "DIRECTORY");
        issuers.value()
                .forEach(issuer -> out.printf(
                        ROW,
                        Text.oneLine(issuer.name()),
                        Text.words(issuer.managedBy()),
                        Text.oneLine(issuer.settings().directory())));
        out.flush();
        return ExitCode.OK;
    }

    /** Prints the JSON of the API, so that settings unknown to this client are kept when the file is applied again. */
    @Command(name = "show", description = "Shows the settings of an issuer in the form that apply reads.")
    int show(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "NAME", description = "name of the issuer") String name) {
        JsonNode issuer = options.connect()
                .get("issuers/" + ApiClient.encoded(name), IssuerDetail.class)
                .json();
        if (output.json()) {
            OutputOptions.print(issuer, out());
            return ExitCode.OK;
        }
        ObjectNode settings = issuer.path("settings").deepCopy();
        settings.remove("name");
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        file.putObject("issuers").set(name, settings);
        out().print(YamlFile.text(file));
        out().flush();
        return ExitCode.OK;
    }

    private static ApiClient.Document<List<IssuerDetail>> all(ApiClient api) {
        return api.get("issuers", new TypeReference<List<IssuerDetail>>() {});
    }

    @Command(
            name = "apply",
            description = {
                "Creates or replaces the issuers in a YAML file, which has them by name under 'issuers'.",
                "Issuers that are not in the file stay unchanged."
            })
    int apply(
            @Mixin ApiOptions options,
            @Option(
                            names = {"-f", "--file"},
                            required = true,
                            paramLabel = "FILE",
                            description = "YAML file; docs/operating/issuers.md describes its format")
                    Path file) {
        JsonNode issuers = read(file);
        ApiClient api = options.connect();
        Set<String> known = new HashSet<>();
        all(api).value().forEach(issuer -> known.add(issuer.name()));
        // References can form a cycle, so new issuers are first created without references.
        Set<String> waiting = new HashSet<>();
        issuers.properties().stream()
                .filter(entry -> !known.contains(entry.getKey()))
                .forEach(entry -> put(api, Map.entry(entry.getKey(), alone(entry.getValue())))
                        .ifPresent(approval -> {
                            waiting.add(entry.getKey());
                            ApprovalText.waiting(entry.getKey(), approval, out());
                        }));
        issuers.properties().stream()
                .filter(entry -> !waiting.contains(entry.getKey()))
                .forEach(entry -> put(api, entry)
                        .ifPresentOrElse(
                                approval -> ApprovalText.waiting(entry.getKey(), approval, out()),
                                () -> out().println(entry.getKey() + ": applied")));
        if (!waiting.isEmpty()) {
            out().println(
                            "new issuers are created without fallbacks and rehearsal: apply the file again after the approval");
        }
        out().flush();
        return ExitCode.OK;
    }

    private static Optional<WaitingApproval> put(ApiClient api, Map.Entry<String, JsonNode> issuer) {
        return api.put("issuers/" + ApiClient.encoded(issuer.getKey()), issuer.getValue());
    }

    private static JsonNode alone(JsonNode settings) {
        return settings instanceof ObjectNode object ? object.deepCopy().without(REFERENCES) : settings;
    }

    private JsonNode read(Path file) {
        JsonNode issuers = YamlFile.read(file, spec.commandLine()).path("issuers");
        if (!issuers.isObject() || issuers.isEmpty()) {
            throw new ParameterException(spec.commandLine(), file + " has no issuers under 'issuers'");
        }
        return issuers;
    }

    @Command(name = "delete", description = "Deletes an issuer that is not in use. Its account at the CA stays.")
    int delete(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "NAME", description = "name of the issuer") String name) {
        options.connect()
                .delete("issuers/" + ApiClient.encoded(name))
                .ifPresentOrElse(approval -> ApprovalText.waiting(name, approval, out()), () -> out().println(
                                name + ": deleted"));
        out().flush();
        return ExitCode.OK;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
