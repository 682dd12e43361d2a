package dev.perennial.cli;

import dev.perennial.api.TransferDetail;
import dev.perennial.api.TransferRequest;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "transfer",
        description = "Transfers a certificate to another owner. Its key and its deployment are unchanged.")
final class TransferCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private CertificateOptions certificate;

    @Option(names = "--to", required = true, paramLabel = "OWNER", description = "the new owner")
    private String to;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "label to set, if the policy of the new owner requires it; repeatable")
    private Map<String, String> labels = Map.of();

    @Option(names = "--dry-run", description = "show whether the transfer is possible, and change nothing")
    private boolean dryRun;

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        String path = "certificates/" + certificate.find(api, spec) + "/transfer" + (dryRun ? "?dryRun=true" : "");
        TransferDetail done = api.post(path, new TransferRequest(to, labels), TransferDetail.class)
                .value();
        PrintWriter out = spec.commandLine().getOut();
        out.println(result(done));
        out.flush();
        return ExitCode.OK;
    }

    private String result(TransferDetail done) {
        if (done.formerOwner().equals(done.owner())) {
            return "%s belongs to %s already; nothing was changed".formatted(done.name(), done.owner());
        }
        return (dryRun ? "%s can be transferred from %s to %s; nothing was changed" : "%s: transferred from %s to %s")
                .formatted(done.name(), done.formerOwner(), done.owner());
    }
}
