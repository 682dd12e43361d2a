package dev.perennial.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.api.DiagnosisDetail;
import dev.perennial.api.DoctorRequest;
import dev.perennial.api.IssuerDetail;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = {
            "Checks every step on the way to a certificate, and prints the evidence of each, and the remedy of a failed"
                    + " check or a warning.",
            "Without a subject, checks every issuer. The exit code is 0 only if no check failed; warnings do not change"
                    + " it."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions options;

    @Mixin
    private OutputOptions output;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ISSUER|NAME",
            description = "an issuer, a DNS name or an IP address")
    private Optional<String> subject = Optional.empty();

    @Option(names = "--issuer", description = "check this issuer too, and the name at this issuer")
    private Optional<String> issuer = Optional.empty();

    @Override
    public Integer call() {
        ApiClient api = options.connect();
        boolean isIssuer = subject.filter(it -> isIssuer(api, it)).isPresent();
        DoctorRequest request = new DoctorRequest(isIssuer ? subject : issuer, isIssuer ? Optional.empty() : subject);
        ApiClient.Document<List<DiagnosisDetail>> diagnoses =
                api.post("doctor", request, new TypeReference<List<DiagnosisDetail>>() {});
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
            OutputOptions.print(diagnoses.json(), out);
        } else {
            DoctorReport.write(diagnoses.value(), out);
        }
        return DoctorReport.failed(diagnoses.value()) == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Text that is not the name of an issuer is a DNS name or an address. */
    private boolean isIssuer(ApiClient api, String text) {
        if (issuer.isPresent()) {
            return false;
        }
        List<String> names = api.get("issuers", new TypeReference<List<IssuerDetail>>() {}).value().stream()
                .map(IssuerDetail::name)
                .toList();
        if (!names.contains(text) && !text.contains(".") && !text.contains(":")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + text + "' is neither a configured issuer (configured: " + String.join(", ", names)
                            + ") nor a DNS name with at least two labels");
        }
        return names.contains(text);
    }
}
