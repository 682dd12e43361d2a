package dev.perennial.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "issuer", description = "The CAs of this installation.", synopsisSubcommandLabel = "COMMAND")
final class IssuerCommand {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();
    /** What names other issuers. */
    private static final List<String> NEIGHBOURS = List.of("fallbacks", "rehearsal");

    @Spec
    private CommandSpec spec;

    /** A list of issuers has names, or objects that have one. */
    static String name(JsonNode issuer) {
        return issuer.path("name").asText(issuer.asText());
    }

    @Command(name = "list", description = "All of them.")
    int list(@Mixin ApiOptions door) {
        PrintWriter out = out();
        door.open()
                .get("issuers")
                .forEach(issuer -> out.printf(
                        "%-24s %-6s %s%n",
                        name(issuer),
                        issuer.path("managedBy").asText("-"),
                        issuer.at("/settings/directory").asText("-")));
        out.flush();
        return Main.WELL;
    }

    @Command(name = "show", description = "The settings of one, as apply reads them.")
    int show(@Mixin ApiOptions door, @Parameters(paramLabel = "NAME") String name) throws JsonProcessingException {
        ObjectNode settings = door.open()
                .get("issuers/" + ApiClient.encoded(name))
                .path("settings")
                .deepCopy();
        settings.remove("name");
        ObjectNode file = ApiClient.object();
        file.putObject("issuers").set(name, settings);
        out().print(YAML.writeValueAsString(file));
        out().flush();
        return Main.WELL;
    }

    @Command(
            name = "apply",
            description = {
                "Makes or replaces the issuers of a YAML file, in which they stand under 'issuers' by their names.",
                "Those that it does not name stay as they are."
            })
    int apply(
            @Mixin ApiOptions door,
            @Option(
                            names = {"-f", "--file"},
                            required = true,
                            paramLabel = "FILE",
                            description = "docs/operating/issuers.md tells its form")
                    Path file) {
        JsonNode issuers = read(file);
        ApiClient api = door.open();
        Set<String> known = new HashSet<>();
        api.get("issuers").forEach(issuer -> known.add(name(issuer)));
        // They may name each other in a circle, so those that are new come without their neighbours first.
        issuers.properties().stream()
                .filter(entry -> !known.contains(entry.getKey()))
                .forEach(entry -> put(api, Map.entry(entry.getKey(), alone(entry.getValue()))));
        issuers.properties().forEach(entry -> {
            put(api, entry);
            out().println(entry.getKey() + ": applied");
        });
        out().flush();
        return Main.WELL;
    }

    private static void put(ApiClient api, Map.Entry<String, JsonNode> issuer) {
        api.put("issuers/" + ApiClient.encoded(issuer.getKey()), issuer.getValue());
    }

    private static JsonNode alone(JsonNode settings) {
        return settings instanceof ObjectNode object ? object.deepCopy().without(NEIGHBOURS) : settings;
    }

    private JsonNode read(Path file) {
        try {
            JsonNode issuers = YAML.readTree(file.toFile()).path("issuers");
            if (!issuers.isObject() || issuers.isEmpty()) {
                throw new ParameterException(spec.commandLine(), file + " has no issuers under 'issuers'");
            }
            return issuers;
        } catch (JsonProcessingException e) {
            throw new ParameterException(spec.commandLine(), file + " is no YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), file + " cannot be read");
        }
    }

    @Command(name = "delete", description = "One that nobody names any more; its account stays.")
    int delete(@Mixin ApiOptions door, @Parameters(paramLabel = "NAME") String name) {
        door.open().delete("issuers/" + ApiClient.encoded(name));
        out().println(name + ": deleted");
        out().flush();
        return Main.WELL;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
