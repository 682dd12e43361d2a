package dev.perennial.cli;

import dev.perennial.api.ReplacementDetail;
import dev.perennial.api.ReplacementRequest;
import dev.perennial.api.ReplacementSelector;
import dev.perennial.events.KeyType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
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
            "Plans a replacement; nothing changes before its approval.",
            "Selects the certificates that match every given criterion; at least one is required."
        })
final class ReplacePlanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private OutputOptions output;

    @Option(names = "--issuer", description = "issuer of the served certificate")
    private Optional<String> issuer = Optional.empty();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "label of the certificate; repeatable")
    private Map<String, String> labels = new TreeMap<>();

    @Option(names = "--key-type", description = "EC_P256, EC_P384, RSA_2048, RSA_3072 or RSA_4096")
    private Optional<KeyType> keyType = Optional.empty();

    @Option(names = "--issued-from", paramLabel = "TIME", description = "start of validity, inclusive")
    private Optional<String> issuedFrom = Optional.empty();

    @Option(names = "--issued-before", paramLabel = "TIME", description = "start of validity, exclusive")
    private Optional<String> issuedBefore = Optional.empty();

    @Option(names = "--serial", paramLabel = "HEX", description = "serial number; repeatable")
    private List<String> serial = new ArrayList<>();

    @Option(names = "--serials", paramLabel = "FILE", description = "file of serial numbers, one on each line")
    private Optional<Path> serialsFile = Optional.empty();

    @Option(names = "--owner", description = "team that owns the certificate")
    private Optional<String> owner = Optional.empty();

    @Option(names = "--suffix", paramLabel = "NAME", description = "domain that is or contains one of its names")
    private Optional<String> suffix = Optional.empty();

    @Option(names = "--reason", description = "recorded on the timeline of every certificate")
    private Optional<String> reason = Optional.empty();

    @Option(names = "--at-once", paramLabel = "ORDERS", description = "orders in progress at the same time")
    private Optional<Integer> atOnce = Optional.empty();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "time by which all certificates should be replaced")
    private Optional<String> deadline = Optional.empty();

    @Option(
            names = "--drill",
            description = "use the rehearsal issuers and dry runs on the hosts; nothing live changes")
    private boolean drill;

    @Option(names = "--sample", paramLabel = "COUNT", description = "number of certificates to drill")
    private Optional<Integer> sample = Optional.empty();

    @Override
    public Integer call() {
        ReplacementRequest request = request();
        ApiClient.Document<ReplacementDetail> planned =
                options.connect().post("replacements", request, ReplacementDetail.class);
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            OutputOptions.print(planned.json(), out);
            return ExitCode.OK;
        }
        ReplacementText.detail(planned.value(), out);
        out.printf(
                "nothing has changed yet; next step: perennial replace approve %s%n",
                planned.value().id());
        out.flush();
        return ExitCode.OK;
    }

    private ReplacementRequest request() {
        List<String> serials = new ArrayList<>(serial);
        serialsFile.ifPresent(file -> serials.addAll(read(file)));
        if (issuer.isEmpty()
                && labels.isEmpty()
                && keyType.isEmpty()
                && issuedFrom.isEmpty()
                && issuedBefore.isEmpty()
                && serials.isEmpty()
                && owner.isEmpty()
                && suffix.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "specify at least one criterion, for example --issuer or --serials");
        }
        return new ReplacementRequest(
                new ReplacementSelector(
                        issuer,
                        labels,
                        keyType,
                        issuedFrom.map(text -> time("--issued-from", text)),
                        issuedBefore.map(text -> time("--issued-before", text)),
                        serials,
                        owner,
                        suffix),
                reason,
                atOnce,
                deadline.map(text -> time("--deadline", text)),
                drill,
                sample);
    }

    private Instant time(String option, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(), option + ": specify a time such as 2027-01-31T00:00:00Z, not '" + text + "'");
        }
    }

    private List<String> read(Path file) {
        try (var lines = Files.lines(file)) {
            List<String> found = lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            if (found.isEmpty()) {
                throw new ParameterException(spec.commandLine(), file + " contains no serial number");
            }
            return found;
        } catch (IOException | UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read " + file + " as text");
        }
    }
}
