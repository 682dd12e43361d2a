package dev.perennial.orders.doctor;

import dev.perennial.orders.issuer.limits.FailingName;
import dev.perennial.orders.issuer.limits.RemainingLimit;
import dev.perennial.rules.limits.BucketKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks whether an order would be placed now. Pure. */
final class LimitChecks {
    static final String BUDGET = "within CA limits";
    static final String QUARANTINE = "not in quarantine";

    private LimitChecks() {}

    static Hop budget(Observation<List<RemainingLimit>> allowances, Instant now) {
        return switch (allowances) {
            case Observation.NotTried<List<RemainingLimit>>(String why) -> Hop.skipped(BUDGET, why);
            case Observation.Missed<List<RemainingLimit>>(String why) ->
                Hop.failed(BUDGET, why, "fix the database connection");
            case Observation.Found<List<RemainingLimit>>(List<RemainingLimit> all) -> budget(all, now);
        };
    }

    private static Hop budget(List<RemainingLimit> all, Instant now) {
        List<RemainingLimit> empty =
                all.stream().filter(one -> one.from().isAfter(now)).toList();
        if (!empty.isEmpty()) {
            return Hop.failed(
                    BUDGET,
                    empty.stream().map(LimitChecks::describe).collect(Collectors.joining("; ")),
                    "wait: orders are placed automatically when the budget allows it; or configure fallbacks for this issuer; or correct the limits if they are not those of your account (docs/concepts/limits.md)");
        }
        String left = all.stream()
                .filter(one -> one.limit().isPresent())
                .map(LimitChecks::describe)
                .collect(Collectors.joining("; "));
        return Hop.passed(BUDGET, left.isEmpty() ? "no limits of this CA are known, and it has reported none" : left);
    }

    private static String describe(RemainingLimit one) {
        String of = one.limit()
                .map(limit -> one.left() + " of " + limit.description())
                .orElse("the CA accepts no");
        return of + " " + one.key().kind().description() + subject(one.key())
                + (one.left() == 0 ? ", the next at " + one.from().truncatedTo(ChronoUnit.SECONDS) : "");
    }

    private static String subject(BucketKey key) {
        return key.subject().isEmpty() ? "" : " " + key.subject();
    }

    static Hop quarantine(Observation<Optional<FailingName>> failing, Instant now) {
        return switch (failing) {
            case Observation.NotTried<Optional<FailingName>>(String why) -> Hop.skipped(QUARANTINE, why);
            case Observation.Missed<Optional<FailingName>>(String why) ->
                Hop.failed(QUARANTINE, why, "fix the database connection");
            case Observation.Found<Optional<FailingName>>(Optional<FailingName> found) ->
                found.filter(name ->
                                name.quarantinedUntil().filter(now::isBefore).isPresent())
                        .map(LimitChecks::quarantined)
                        .orElseGet(() -> Hop.passed(
                                QUARANTINE,
                                found.map(name -> "it failed " + name.failures()
                                                + " times in a row, and may be tried again now")
                                        .orElse("the name has not failed repeatedly")));
        };
    }

    private static Hop quarantined(FailingName name) {
        return Hop.failed(
                QUARANTINE,
                "the validation failed " + name.failures() + " times in a row, so no order is placed before "
                        + name.quarantinedUntil().orElseThrow().truncatedTo(ChronoUnit.SECONDS) + "; the last time: "
                        + name.problem().detail(),
                "fix the cause, then release the name: DELETE /api/v1/quarantine/" + name.issuer() + "/" + name.name());
    }
}
