package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description = {
            "Says what would happen; nothing does before it is approved.",
            "All criteria that are given must hold for what is served now, and at least one has to be given."
        })
final class ReplacePlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Option(names = "--issuer", description = "where it was issued")
    private Optional<String> issuer = Optional.empty();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "of the certificate")
    private Map<String, String> labels = new TreeMap<>();

    @Option(names = "--key-type", description = "EC_P256, EC_P384, RSA_2048, RSA_3072 or RSA_4096")
    private Optional<String> keyType = Optional.empty();

    @Option(names = "--issued-from", paramLabel = "TIME", description = "valid from then or later")
    private Optional<String> issuedFrom = Optional.empty();

    @Option(names = "--issued-before", paramLabel = "TIME", description = "valid from earlier than that")
    private Optional<String> issuedBefore = Optional.empty();

    @Option(names = "--serial", paramLabel = "HEX", description = "one of these")
    private List<String> serial = new ArrayList<>();

    @Option(names = "--serials", paramLabel = "FILE", description = "or one of those in it, one a line")
    private Optional<Path> serials = Optional.empty();

    @Option(names = "--owner", description = "of this team")
    private Optional<String> owner = Optional.empty();

    @Option(names = "--suffix", paramLabel = "NAME", description = "one of its names is this one or below it")
    private Optional<String> suffix = Optional.empty();

    @Option(names = "--reason", description = "for the story of every certificate")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--at-once", paramLabel = "ORDERS", description = "under way at once")
    private Optional<Integer> atOnce = Optional.empty();

    @Option(names = "--deadline", paramLabel = "TIME", description = "says how many will not be done by then")
    private Optional<String> deadline = Optional.empty();

    @Option(names = "--drill", description = "at the rehearsal issuers, with dry runs: nothing live is touched")
    private boolean drill;

    @Option(names = "--sample", paramLabel = "COUNT", description = "drill so many, spread over all")
    private Optional<Integer> sample = Optional.empty();

    @Override
    public Integer call() {
        JsonNode planned = door.open().post("replacements", body());
        PrintWriter out = spec.commandLine().getOut();
        ReplacementText.detail(planned, out);
        out.printf(
                "nothing has happened yet; next: perennial replace approve %s%n",
                planned.path("id").asText());
        out.flush();
        return Main.WELL;
    }

    private ObjectNode body() {
        ObjectNode body = ApiClient.object();
        ObjectNode selector = body.putObject("selector");
        issuer.ifPresent(it -> selector.put("issuer", it));
        keyType.ifPresent(it -> selector.put("keyType", it));
        issuedFrom.ifPresent(it -> selector.put("issuedFrom", it));
        issuedBefore.ifPresent(it -> selector.put("issuedBefore", it));
        owner.ifPresent(it -> selector.put("owner", it));
        suffix.ifPresent(it -> selector.put("suffix", it));
        ObjectNode pairs = selector.putObject("labels");
        labels.forEach(pairs::put);
        ArrayNode numbers = selector.putArray("serials");
        serial.forEach(numbers::add);
        serials.ifPresent(file -> read(file).forEach(numbers::add));
        reason.ifPresent(it -> body.put("reason", it));
        atOnce.ifPresent(it -> body.put("atOnce", it));
        deadline.ifPresent(it -> body.put("deadline", it));
        sample.ifPresent(it -> body.put("sample", it));
        return body.put("drill", drill);
    }

    private List<String> read(Path file) {
        try (var lines = Files.lines(file)) {
            List<String> found = lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            if (found.isEmpty()) {
                throw new ParameterException(spec.commandLine(), file + " has no serial number in it");
            }
            return found;
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), file + " cannot be read as text");
        }
    }
}
