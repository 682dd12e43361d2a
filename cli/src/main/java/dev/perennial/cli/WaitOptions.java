package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Waits for what was asked for, where that is wanted. */
final class WaitOptions {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Option(
            names = "--wait",
            description = "until every target is proven to serve it (without targets: until it is issued)")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "how long --wait waits; ${DEFAULT-VALUE}")
    private long timeout;

    /** @return the exit code, at once where nobody wants to wait */
    int await(ApiClient api, String id, PrintWriter out) throws InterruptedException {
        if (!wait) {
            return Main.WELL;
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
        String told = "";
        while (true) {
            JsonNode detail = api.get("certificates/" + id);
            JsonNode certificate = detail.path("certificate");
            String state = certificate.path("state").asText();
            String shown = CertificateText.state(certificate);
            if (!shown.equals(told)) {
                told = shown;
                out.println("  " + shown);
                CertificateText.problem(detail.path("orders").path(0), out);
                out.flush();
            }
            if (state.equals(certificate.path("targets").isEmpty() ? "ISSUED" : "DEPLOYED")) {
                return Main.WELL;
            }
            if (state.equals("FAILED") || System.nanoTime() > deadline) {
                CertificateText.detail(detail, out);
                return Main.FAILED;
            }
            Thread.sleep(LOOK);
        }
    }
}
