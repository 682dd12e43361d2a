package dev.perennial.orders.submission;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Json;
import java.util.List;

/** The answer of an inbox entry, for repetitions: the one of the processor, or one that an approval determines. */
final class StoredAnswer {
    /** {@code Inbox} finds the entries that wait for an approval by it. */
    private static final String WAITS = "waitsForApproval";

    private static final String REFUSED = "refused";

    private record Waits(@JsonProperty(WAITS) PendingApproval approval) {}

    private record Refused(@JsonProperty(REFUSED) List<Problem> problems) {}

    private StoredAnswer() {}

    static String write(Object answer) {
        return Json.write(answer);
    }

    static String waiting(PendingApproval approval) {
        return Json.write(new Waits(approval));
    }

    static String refused(List<Problem> problems) {
        return Json.write(new Refused(problems));
    }

    static <A> SubmissionResult<A> read(String json, Class<A> type) {
        JsonNode stored = Json.read(json, JsonNode.class);
        if (stored.has(WAITS)) {
            return new SubmissionResult.Waiting<>(Json.read(json, Waits.class).approval(), false);
        }
        if (stored.has(REFUSED)) {
            return new SubmissionResult.Refused<>(Json.read(json, Refused.class).problems());
        }
        return new SubmissionResult.Accepted<>(Json.read(json, type));
    }
}
