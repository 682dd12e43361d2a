package dev.perennial.api;

import java.util.Optional;

/**
 * One check of a diagnosis.
 *
 * @param evidence the observation, or why the check was skipped
 * @param remedy how to fix it; of a failed check or a warning only
 */
public record CheckDetail(String name, CheckOutcome outcome, String evidence, Optional<String> remedy) {
    public CheckDetail {
        remedy = Absent.asEmpty(remedy);
    }
}
