package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = {
            "Looks at every hop between here and a certificate: passed or failed, what was seen, how to mend it.",
            "Every issuer where nothing is named. Exit code 0 only where nothing failed."
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions door;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ISSUER|NAME",
            description = "an issuer, or a DNS name or IP address")
    private Optional<String> subject = Optional.empty();

    @Option(names = "--issuer", description = "look at this issuer too, and at the name as it does")
    private Optional<String> issuer = Optional.empty();

    @Override
    public Integer call() {
        ApiClient api = door.open();
        ObjectNode question = ApiClient.object();
        issuer.ifPresent(it -> question.put("issuer", it));
        subject.ifPresent(it -> question.put(isIssuer(api, it) ? "issuer" : "name", it));
        JsonNode diagnoses = api.post("doctor", question);
        PrintWriter out = spec.commandLine().getOut();
        DoctorReport.write(diagnoses, out);
        return DoctorReport.failed(diagnoses) == 0 ? Main.WELL : Main.FAILED;
    }

    /** Whatever is no issuer's name, and cannot be one, is looked at as a name. */
    private boolean isIssuer(ApiClient api, String text) {
        return issuer.isEmpty()
                && (!text.contains(".") && !text.contains(":")
                        || StreamSupport.stream(api.get("issuers").spliterator(), false)
                                .anyMatch(one -> IssuerCommand.name(one).equals(text)));
    }
}
