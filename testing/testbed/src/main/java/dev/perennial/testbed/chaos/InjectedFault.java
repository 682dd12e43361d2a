package dev.perennial.testbed.chaos;

/** A fault of a service or part. */
enum InjectedFault {
    /** {@code kill -9}, and a later restart. */
    KILL("is killed"),
    /** SIGSTOP, and a later SIGCONT: connections stay open without any response. */
    FREEZE("is frozen"),
    /** Connections are reset and refused for a while. */
    CUT("is cut off"),
    /** Connections stay open, and no packet arrives any more. */
    LOSE_PACKETS("loses all packets"),
    /** Vault is sealed, and unsealed later. */
    SEAL("is sealed"),
    /** The request is executed, but its connection is closed before the response. */
    LOSE_RESPONSES("loses its responses");

    private final String text;

    InjectedFault(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
