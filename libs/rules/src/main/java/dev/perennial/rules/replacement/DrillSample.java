package dev.perennial.rules.replacement;

/** Which of many ranks are drilled: as far from each other as can be, so that each part of the plan is seen. */
public record DrillSample(int of, int total) {
    public boolean contains(int rank) {
        return of >= total || (long) rank * of / total != (long) (rank - 1) * of / total || rank == 0;
    }
}
