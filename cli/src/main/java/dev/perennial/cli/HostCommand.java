package dev.perennial.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.perennial.api.HostKeyDetail;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "host",
        description = "Manages the keys with which hosts sign their reports.",
        synopsisSubcommandLabel = "COMMAND")
final class HostCommand {
    private static final String ROW = "%-20s %-44s %-8s %-20s %s%n";

    @Spec
    private CommandSpec spec;

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
                .post("hosts/" + ApiClient.encoded(host) + "/keys", read(file), HostKeyDetail.class)
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
