package dev.perennial.cli;

import dev.perennial.api.CertificateDetail;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "show", description = "Shows a certificate: its state, its current problem and its timeline.")
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private OutputOptions output;

    @Mixin
    private CertificateOptions certificate;

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        ApiClient.Document<CertificateDetail> detail =
                api.get("certificates/" + certificate.find(api, spec), CertificateDetail.class);
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            OutputOptions.print(detail.json(), out);
        } else {
            CertificateText.detail(detail.value(), out);
        }
        return ExitCode.OK;
    }
}
