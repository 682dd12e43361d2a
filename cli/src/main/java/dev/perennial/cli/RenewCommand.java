package dev.perennial.cli;

import dev.perennial.api.AcceptedRequest;
import dev.perennial.api.RenewalRequest;
import dev.perennial.events.CertificateId;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "renew",
        description = "Renews a certificate now, without other changes. Due certificates are renewed automatically.")
final class RenewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private WaitOptions waiting;

    @Mixin
    private CertificateOptions certificate;

    @Option(names = "--reason", description = "recorded on the timeline of the certificate")
    private Optional<String> reason = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        ApiClient api = options.connect();
        CertificateId id = certificate.find(api, spec);
        AcceptedRequest accepted = api.post(
                        "certificates/" + id + "/renewals", new RenewalRequest(reason), AcceptedRequest.class)
                .value();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s: %s, order %s%n",
                certificate.subject(),
                Text.words(accepted.disposition().orElse(null)),
                Text.orAbsent(accepted.orderId()));
        out.flush();
        return waiting.await(api, id, out);
    }
}
