package dev.perennial.rules.replacement;

import java.util.Comparator;

/**
 * The order of replacement. Certificates that hosts serve come before those that are only stored. Then those that expire
 * soonest, because they have to be renewed anyway. The last word makes the order the same every time.
 */
public final class Ranking {
    public static final Comparator<Candidate> FIRST_TO_LAST = Comparator.<Candidate, Boolean>comparing(
                    candidate -> candidate.hosts() == 0)
            .thenComparing(Candidate::expiresAt)
            .thenComparing(candidate -> candidate.certificate().value());

    private Ranking() {}
}
