package dev.perennial.cli;

import dev.perennial.api.ApprovalDetail;
import dev.perennial.api.ApprovalStatus;
import dev.perennial.api.CertificateDetail;
import dev.perennial.api.CertificateState;
import dev.perennial.api.CertificateSummary;
import dev.perennial.api.OrderDetail;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.CertificateId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Waits until an order ends. */
final class WaitOptions {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    @Option(
            names = "--wait",
            description = "wait until every target proves that it serves the certificate (without targets: until it is"
                    + " issued), or until the order fails permanently")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "limit for --wait; default: ${DEFAULT-VALUE}")
    private long timeout;

    /** @return the exit code; without {@code --wait}, immediately */
    int await(ApiClient api, CertificateId id, PrintWriter out) throws InterruptedException {
        if (!wait) {
            return ExitCode.OK;
        }
        long deadline = deadline();
        String printed = "";
        while (true) {
            CertificateDetail detail =
                    api.get("certificates/" + id, CertificateDetail.class).value();
            String progress = progress(detail);
            if (!progress.equals(printed)) {
                printed = progress;
                out.print(progress);
                out.flush();
            }
            if (isDone(detail.certificate())) {
                return ExitCode.OK;
            }
            if (hasFailed(detail)) {
                out.println("the order failed permanently");
                CertificateText.detail(detail, out);
                return ExitCode.FAILED;
            }
            if (System.nanoTime() > deadline) {
                out.printf(
                        "timed out after %d s; the order continues; follow it with: perennial show %s%n", timeout, id);
                out.flush();
                return ExitCode.TIMED_OUT;
            }
            Thread.sleep(INTERVAL);
        }
    }

    /**
     * Waits for the approval of a request, then for its order.
     *
     * @return the exit code; without {@code --wait}, immediately
     */
    int await(ApiClient api, ApprovalId id, PrintWriter out) throws InterruptedException {
        if (!wait) {
            return ExitCode.OK;
        }
        long deadline = deadline();
        while (true) {
            ApprovalDetail approval =
                    api.get("approvals/" + id, ApprovalDetail.class).value();
            if (approval.state() != ApprovalStatus.WAITING) {
                ApprovalText.decided(approval, out);
                return approval.state() == ApprovalStatus.APPROVED
                        ? await(api, certificate(approval), out)
                        : ExitCode.FAILED;
            }
            if (System.nanoTime() > deadline) {
                out.printf(
                        "timed out after %d s; the request still waits; follow it with: perennial approval show %s%n",
                        timeout, id);
                out.flush();
                return ExitCode.TIMED_OUT;
            }
            Thread.sleep(INTERVAL);
        }
    }

    private static CertificateId certificate(ApprovalDetail approval) {
        return approval.result()
                .map(result -> CertificateId.of(String.valueOf(result.get("certificateId"))))
                .orElseThrow();
    }

    private long deadline() {
        return System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
    }

    /** The state, the current problem and the next attempt. */
    private static String progress(CertificateDetail detail) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.printf("  %s%n", CertificateText.state(detail.certificate()));
        detail.orders().stream().findFirst().ifPresent(order -> CertificateText.progress(order, out));
        out.flush();
        return text.toString();
    }

    private static boolean isDone(CertificateSummary certificate) {
        return certificate.state()
                == (certificate.targets().isEmpty() ? CertificateState.ISSUED : CertificateState.DEPLOYED);
    }

    /** Includes an order that is not deployed and has no further step planned. */
    private static boolean hasFailed(CertificateDetail detail) {
        CertificateState state = detail.certificate().state();
        return state == CertificateState.FAILED
                || state == CertificateState.UNDEPLOYED
                        && detail.orders().stream()
                                .findFirst()
                                .filter(WaitOptions::hasNoNextStep)
                                .isPresent();
    }

    private static boolean hasNoNextStep(OrderDetail order) {
        return order.dueAt().isEmpty()
                && order.problem().filter(it -> it.nextAttemptAt().isEmpty()).isPresent();
    }
}
