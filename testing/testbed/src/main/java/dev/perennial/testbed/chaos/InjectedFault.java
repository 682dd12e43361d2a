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
    LOSE_RESPONSES("loses its responses"),
    /** The wall clock of the process is two hours ahead, and corrected later. */
    CLOCK_AHEAD("has a clock that is two hours ahead"),
    /** The process allocates memory until its JVM ends. */
    EXHAUST_HEAP("exhausts its heap"),
    /** No space is left on the disk with the certificates of the target host. */
    FILL_DISK("has a full disk");

    private final String text;

    InjectedFault(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
