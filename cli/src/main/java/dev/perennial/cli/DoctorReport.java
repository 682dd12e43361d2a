package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the doctor found, one line a hop. */
final class DoctorReport {
    private static final String LINE = "  %-7s  %-20s  %s%n";
    private static final String REMEDY = "           %-20s  -> %s%n";

    private DoctorReport() {}

    static void write(JsonNode diagnoses, PrintWriter out) {
        for (JsonNode diagnosis : diagnoses) {
            out.println(diagnosis.path("subject").asText());
            for (JsonNode hop : diagnosis.path("hops")) {
                out.printf(
                        LINE,
                        hop.path("outcome").asText().toLowerCase(Locale.ROOT),
                        hop.path("name").asText(),
                        hop.path("evidence").asText());
                if (hop.has("remedy")) {
                    out.printf(REMEDY, "", hop.path("remedy").asText());
                }
            }
        }
        out.printf(
                "%d passed, %d failed, %d skipped%n",
                count(diagnoses, "PASSED"), failed(diagnoses), count(diagnoses, "SKIPPED"));
        out.flush();
    }

    static long failed(JsonNode diagnoses) {
        return count(diagnoses, "FAILED");
    }

    private static long count(JsonNode diagnoses, String outcome) {
        return stream(diagnoses)
                .flatMap(diagnosis -> stream(diagnosis.path("hops")))
                .filter(hop -> hop.path("outcome").asText().equals(outcome))
                .count();
    }

    private static Stream<JsonNode> stream(JsonNode all) {
        return StreamSupport.stream(all.spliterator(), false);
    }
}
