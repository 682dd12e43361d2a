package dev.perennial.cli;

import dev.perennial.api.CheckDetail;
import dev.perennial.api.CheckOutcome;
import dev.perennial.api.DiagnosisDetail;
import java.io.PrintWriter;
import java.util.List;

/** Formats diagnoses as text, one line for each check. */
final class DoctorReport {
    private static final String LINE = "  %-7s  %-20s  %s%n";
    private static final String REMEDY = "           %-20s  -> %s%n";

    private DoctorReport() {}

    static void write(List<DiagnosisDetail> diagnoses, PrintWriter out) {
        for (DiagnosisDetail diagnosis : diagnoses) {
            out.println(Text.oneLine(diagnosis.subject()));
            for (CheckDetail check : diagnosis.hops()) {
                out.printf(
                        LINE, Text.words(check.outcome()), Text.oneLine(check.name()), Text.oneLine(check.evidence()));
                check.remedy().ifPresent(it -> out.printf(REMEDY, "", Text.oneLine(it)));
            }
        }
        long warnings = count(diagnoses, CheckOutcome.WARNING);
        out.printf(
                "%d passed, %d failed, %d %s, %d skipped%n",
                count(diagnoses, CheckOutcome.PASSED),
                failed(diagnoses),
                warnings,
                warnings == 1 ? "warning" : "warnings",
                count(diagnoses, CheckOutcome.SKIPPED));
        out.flush();
    }

    static long failed(List<DiagnosisDetail> diagnoses) {
        return count(diagnoses, CheckOutcome.FAILED);
    }

    private static long count(List<DiagnosisDetail> diagnoses, CheckOutcome outcome) {
        return diagnoses.stream()
                .flatMap(diagnosis -> diagnosis.hops().stream())
                .filter(check -> check.outcome() == outcome)
                .count();
    }
}
