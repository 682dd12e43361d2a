package dev.perennial.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perennial.api.HostDetail;
import dev.perennial.api.HostKeyDetail;
import dev.perennial.api.HostPage;
import dev.perennial.api.HostRequest;
import dev.perennial.api.HostSummary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "host",
        description = "Manages the hosts that run an agent, and the keys with which they sign their reports.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HostEnrollCommand.class, HostRemoveCommand.class})
final class HostCommand {
    private static final String ROW = "%-20s %-44s %-8s %-20s %s%n";

    @Spec
    private CommandSpec spec;

    @Command(name = "add", description = "Registers a host. From then on, requests can name it as a target.")
    int add(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "HOST", description = "name of the host, as in its host file") String host,
            @Option(
                            names = "--label",
                            paramLabel = "KEY=VALUE",
                            description =
                                    "label of the host; repeatable. Without any, a registered host keeps its labels")
                    Map<String, String> labels) {
        Optional<Map<String, String>> given = Optional.ofNullable(labels);
        HostSummary added = options.connect()
                .put(path(host), new HostRequest(given), HostSummary.class)
                .value();
        out().println(Text.oneLine(added.name()) + ": registered" + HostText.labels(added.labels()));
        out().flush();
        return ExitCode.OK;
    }

    @Command(name = "list", description = "Lists the hosts.")
    int list(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Option(names = "--removed", description = "also list the hosts that were removed") boolean removed) {
        return new PagedList<>("hosts?limit=500&removed=" + removed, HostPage.class, HostPage::next)
                .print(options.connect(), output, out(), HostText::header, (page, out) -> page.items()
                        .forEach(host -> HostText.row(host, out)));
    }

    @Command(name = "show", description = "Shows a host with its keys and the number of certificates that name it.")
    int show(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "HOST", description = "name of the host") String host) {
        ApiClient.Document<HostDetail> detail = options.connect().get(path(host), HostDetail.class);
        if (output.json()) {
            OutputOptions.print(detail.json(), out());
            return ExitCode.OK;
        }
        HostText.detail(detail.value(), out());
        out().flush();
        return ExitCode.OK;
    }

    @Command(name = "label", description = "Changes labels of a host. Its other labels are unchanged.")
    int label(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "HOST", description = "name of the host") String host,
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "label to set; repeatable")
                    Map<String, String> set,
            @Option(names = "--remove", paramLabel = "KEY", description = "label to remove; repeatable")
                    List<String> remove) {
        if (set == null && remove == null) {
            throw new ParameterException(spec.commandLine(), "specify at least one --label or --remove");
        }
        ApiClient api = options.connect();
        HostSummary present = api.get(path(host), HostDetail.class).value().host();
        if (present.removedAt().isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "the host was removed; register it again with 'perennial host add'");
        }
        Map<String, String> labels = new TreeMap<>(present.labels());
        Optional.ofNullable(remove).orElse(List.of()).forEach(labels::remove);
        labels.putAll(Optional.ofNullable(set).orElse(Map.of()));
        HostSummary changed = api.put(path(host), new HostRequest(Optional.of(labels)), HostSummary.class)
                .value();
        out().println(Text.oneLine(changed.name()) + ":" + HostText.labels(changed.labels()));
        out().flush();
        return ExitCode.OK;
    }

    static String path(String host) {
        return "hosts/" + ApiClient.encoded(host);
    }

    /** @return empty if the order-service does not know the host, not even as a removed one */
    static Optional<HostDetail> find(ApiClient api, String host) {
        try {
            return Optional.of(api.get(path(host), HostDetail.class).value());
        } catch (ApiProblemException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Command(
            name = "add-key",
            description = {
                "Registers the public key of a host: the reports that the host signs with it count.",
                "Copy FILE from the host over a connection that you trust."
            })
    int addKey(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "HOST", description = "name of the host, as in its host file") String host,
            @Parameters(
                            paramLabel = "FILE",
                            description =
                                    "public key of the agent: its perennial.agent.signing-key-file with the suffix .pub")
                    Path file) {
        HostKeyDetail key = options.connect()
                .post(path(host) + "/keys", read(file), HostKeyDetail.class)
                .value();
        out().println("key " + Text.oneLine(key.id()) + " of " + Text.oneLine(key.host()) + " is registered");
        return ExitCode.OK;
    }

    @Command(name = "keys", description = "Lists the keys of a host, or of all hosts.")
    int keys(
            @Mixin ApiOptions options,
            @Mixin OutputOptions output,
            @Parameters(arity = "0..1", paramLabel = "HOST", description = "name of a host; default: all hosts")
                    Optional<String> host) {
        ApiClient.Document<List<HostKeyDetail>> keys = options.connect()
                .get(
                        host.map(name -> "hosts/" + ApiClient.encoded(name) + "/keys")
                                .orElse("hosts/keys"),
                        new TypeReference<List<HostKeyDetail>>() {});
        if (output.json()) {
            OutputOptions.print(keys.json(), out());
            return ExitCode.OK;
        }
        out().printf(ROW, "HOST", "KEY", "STATE", "REGISTERED", "BY");
        keys.value().forEach(key -> out().printf(
                        ROW,
                        Text.oneLine(key.host()),
                        Text.oneLine(key.id()),
                        key.revokedAt().isPresent() ? "revoked" : "usable",
                        key.registeredAt().truncatedTo(ChronoUnit.SECONDS),
                        Text.oneLine(key.registeredBy())));
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "revoke-key",
            description = "Revokes a key of a host. Reports that are signed with it no longer count.")
    int revokeKey(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "HOST", description = "name of the host") String host,
            @Parameters(paramLabel = "KEY", description = "key, as 'host keys' shows it") String key) {
        options.connect().delete("hosts/" + ApiClient.encoded(host) + "/keys/" + ApiClient.encoded(key));
        out().println(key + ": revoked");
        out().flush();
        return ExitCode.OK;
    }

    private JsonNode read(Path file) {
        try {
            JsonNode key = new JsonMapper().readTree(Files.readString(file));
            if (key.has("d")) {
                throw new ParameterException(
                        spec.commandLine(),
                        file
                                + " contains a private key; use the file with the suffix .pub. If the private key has left its"
                                + " host, replace it: see docs/operating/kafka.md#signed-reports");
            }
            return key;
        } catch (JsonProcessingException e) {
            throw new ParameterException(
                    spec.commandLine(), file + " is not a JSON Web Key (RFC 7517); use the .pub file of the agent");
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), file + " cannot be read: " + e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
