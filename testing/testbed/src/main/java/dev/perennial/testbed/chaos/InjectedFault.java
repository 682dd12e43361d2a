package dev.perennial.testbed.chaos;

/** What can happen to a process or a part. */
enum InjectedFault {
    /** {@code kill -9}, and a start some time later. */
    KILL("is killed"),
    /** SIGSTOP, and SIGCONT some time later: connections stand and nobody answers. */
    FREEZE("is frozen"),
    /** Connections are reset and refused for a while. */
    CUT("is cut off"),
    /** Vault is sealed, and unsealed some time later. */
    SEAL("is sealed"),
    /** What it is asked for happens, and nobody is told: the connection ends in place of the answer. */
    LOSE_ANSWERS("loses its answers");

    private final String words;

    InjectedFault(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
