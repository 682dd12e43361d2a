package dev.perennial.cli;

import dev.perennial.api.RetirementRequest;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "retire", description = "Stops renewing a certificate. It is served until it expires.")
final class RetireCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private CertificateOptions certificate;

    @ArgGroup(multiplicity = "1")
    private Change change;

    /** Either retires a certificate or resumes its renewal. */
    static final class Change {
        @Option(names = "--reason", paramLabel = "REASON", description = "reason, shown with the certificate")
        private Optional<String> reason = Optional.empty();

        @Option(names = "--undo", description = "resume renewing the certificate")
        private boolean undo;
    }

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        String path = "certificates/" + certificate.find(api, spec) + "/retirement";
        change.reason.ifPresentOrElse(reason -> api.put(path, new RetirementRequest(reason)), () -> api.delete(path));
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                change.undo ? "%s: renewal resumed%n" : "%s: retired; it is not renewed, and served until it expires%n",
                certificate.subject());
        out.flush();
        return ExitCode.OK;
    }
}
