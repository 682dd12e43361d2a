package dev.perennial.rules.replacement;

import java.util.Comparator;

/**
 * The order of replacement: served certificates before stored ones, then by expiry, because the earliest ones must be
 * renewed soon anyway. The id makes the order stable.
 */
public final class Ranking {
    public static final Comparator<Candidate> FIRST_TO_LAST = Comparator.<Candidate, Boolean>comparing(
                    candidate -> candidate.hosts() == 0)
            .thenComparing(Candidate::expiresAt)
            .thenComparing(candidate -> candidate.certificate().value());

    private Ranking() {}
}
