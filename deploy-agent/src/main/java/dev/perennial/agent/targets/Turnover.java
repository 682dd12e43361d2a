package dev.perennial.agent.targets;

/**
 * Whether the processes that accept connections have changed since a baseline, which is taken before a reload. Used by
 * all proofs of a batch.
 */
public interface Turnover {
    /** The processes are not visible. */
    Turnover UNKNOWN = new Turnover() {
        @Override
        public State await(long deadline) {
            return State.UNKNOWN;
        }

        @Override
        public boolean unchanged() {
            return false;
        }
    };

    /** The state of a turnover. */
    enum State {
        /** Processes of the baseline still accept connections. */
        PENDING,
        /** No process of the baseline accepts connections. */
        COMPLETE,
        /** The processes are not visible, or their number has changed. */
        UNKNOWN
    }

    /**
     * Blocks while processes of the baseline accept connections.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    State await(long deadline);

    /** Whether the same processes accept connections as at the end of {@link #await}. */
    boolean unchanged();
}
