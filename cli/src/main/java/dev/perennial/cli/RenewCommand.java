package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "renew", description = "Renews a certificate now, as it is. By itself that happens in time.")
final class RenewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Mixin
    private WaitOptions patience;

    @Parameters(index = "0", paramLabel = "NAME|ID", description = "a certificate's name or id")
    private String subject;

    @Option(names = "--owner", description = "where several teams have one of that name")
    private Optional<String> owner = Optional.empty();

    @Option(names = "--reason", description = "for the certificate's story")
    private Optional<String> reason = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        ApiClient api = door.open();
        String id = CertificateText.id(api, subject, owner, spec);
        ObjectNode body = ApiClient.object();
        reason.ifPresent(text -> body.put("reason", text));
        JsonNode taken = api.post("certificates/" + id + "/renewals", body);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s: %s, order %s%n",
                subject,
                taken.path("disposition").asText().toLowerCase(Locale.ROOT),
                taken.path("orderId").asText());
        out.flush();
        return patience.await(api, id, out);
    }
}
