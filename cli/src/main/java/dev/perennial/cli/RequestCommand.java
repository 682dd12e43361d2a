package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "request", description = "Asks for a certificate to be kept alive.")
final class RequestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Parameters(index = "0", paramLabel = "NAME", description = "of the certificate, unique for its owner")
    private String name;

    @Option(names = "--owner", required = true, description = "the team that owns it")
    private String owner;

    @Option(names = "--dns", paramLabel = "NAME", description = "a DNS name or wildcard; once for each")
    private List<String> dns = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "an IP address; once for each")
    private List<String> ip = List.of();

    @Option(names = "--issuer", description = "else the default one")
    private Optional<String> issuer = Optional.empty();

    @Option(names = "--key-type", description = "EC_P256, EC_P384, RSA_2048, RSA_3072 or RSA_4096")
    private Optional<String> keyType = Optional.empty();

    @Option(names = "--target", paramLabel = "HOST", description = "that is to serve it; once for each")
    private List<String> targets = List.of();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "for searching; once for each")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--rehearse",
            description =
                    "rehearse at the issuer's rehearsal issuer first, also where the certificate was issued before")
    private boolean rehearse;

    @Option(
            names = "--keep-key",
            description = "renew with the key that it has, as long as it may; else with a new one each time")
    private boolean keepKey;

    @Mixin
    private WaitOptions patience;

    @Override
    public Integer call() throws InterruptedException {
        if (dns.isEmpty() && ip.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "for which names? Give --dns or --ip");
        }
        ApiClient api = door.open();
        JsonNode taken = api.post("certificates", body());
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s: %s, certificate %s%n",
                name,
                taken.path("disposition").asText().toLowerCase(Locale.ROOT),
                taken.path("certificateId").asText());
        out.flush();
        return patience.await(api, taken.path("certificateId").asText(), out);
    }

    private ObjectNode body() {
        ObjectNode body = ApiClient.object().put("name", name).put("owner", owner);
        ArrayNode identifiers = body.putArray("identifiers");
        dns.forEach(value -> identifiers.addObject().put("type", "dns").put("value", value));
        ip.forEach(value -> identifiers.addObject().put("type", "ip").put("value", value));
        issuer.ifPresent(value -> body.put("issuer", value));
        keyType.ifPresent(value -> body.put("keyType", value));
        ArrayNode hosts = body.putArray("targets");
        targets.forEach(hosts::add);
        ObjectNode pairs = body.putObject("labels");
        labels.forEach(pairs::put);
        if (keepKey) {
            body.put("keyReuse", true);
        }
        return rehearse ? body.put("rehearse", true) : body;
    }
}
