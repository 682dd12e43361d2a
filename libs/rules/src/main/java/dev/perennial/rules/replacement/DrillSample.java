package dev.perennial.rules.replacement;

/** Selects the ranks that are drilled, evenly distributed over the plan. */
public record DrillSample(int of, int total) {
    public boolean contains(int rank) {
        return of >= total || (long) rank * of / total != (long) (rank - 1) * of / total || rank == 0;
    }
}
