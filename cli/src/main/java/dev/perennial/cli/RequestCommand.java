package dev.perennial.cli;

import dev.perennial.api.AcceptedRequest;
import dev.perennial.api.WaitingApproval;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.RequestedIdentifier;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "request", description = "Requests a certificate, which is then renewed until it is retired.")
final class RequestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Parameters(index = "0", paramLabel = "NAME", description = "name of the certificate, unique for its owner")
    private String name;

    @Option(names = "--owner", required = true, description = "team that owns the certificate")
    private String owner;

    @Option(names = "--dns", paramLabel = "NAME", description = "DNS name or wildcard; repeatable")
    private List<String> dns = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "IP address; repeatable")
    private List<String> ip = List.of();

    @Option(names = "--issuer", description = "issuer; default: the default issuer of the installation")
    private Optional<String> issuer = Optional.empty();

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            description = "EC_P256, EC_P384, RSA_2048, RSA_3072 or RSA_4096; default: the first one of the issuer")
    private Optional<String> keyType = Optional.empty();

    @Option(names = "--target", paramLabel = "HOST", description = "host that serves the certificate; repeatable")
    private List<String> targets = List.of();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "label of the certificate; repeatable")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--rehearse",
            description = "place a rehearsal order at the issuer's rehearsal issuer first, even if the certificate was"
                    + " issued before")
    private boolean rehearse;

    @Option(
            names = "--keep-key",
            description = "reuse the key on renewal if possible; default: a new key for each certificate")
    private boolean keepKey;

    @Mixin
    private WaitOptions waiting;

    @Override
    public Integer call() throws InterruptedException {
        if (dns.isEmpty() && ip.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "specify at least one --dns or --ip");
        }
        ApiClient api = options.connect();
        AcceptedRequest accepted =
                api.post("certificates", request(), AcceptedRequest.class).value();
        PrintWriter out = spec.commandLine().getOut();
        if (accepted.approval().isPresent()) {
            WaitingApproval approval = accepted.approval().get();
            ApprovalText.waiting(name, approval, out);
            return waiting.await(api, approval.id(), out);
        }
        CertificateId certificate = accepted.certificateId().orElseThrow();
        out.printf(
                "%s: %s, certificate %s%n",
                name, Text.words(accepted.disposition().orElse(null)), certificate);
        out.flush();
        return waiting.await(api, certificate, out);
    }

    private CertificateRequested request() {
        return new CertificateRequested(
                name,
                owner,
                Stream.concat(
                                dns.stream().map(it -> new RequestedIdentifier("dns", it)),
                                ip.stream().map(it -> new RequestedIdentifier("ip", it)))
                        .toList(),
                issuer,
                keyType,
                targets,
                labels,
                rehearse,
                keepKey);
    }
}
