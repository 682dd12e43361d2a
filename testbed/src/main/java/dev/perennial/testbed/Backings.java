package dev.perennial.testbed;

import dev.perennial.testbed.process.Launcher;

/** Chooses how OpenBao and Pebble are launched. */
final class Backings {
    private Backings() {}

    static Launcher launcher(Backing backing, Checkout checkout, RunFolder run, Launcher processes) {
        return switch (backing) {
            case PROCESS -> processes;
            case CONTAINER -> throw new PartFailed("testbed", "containers are not built yet");
        };
    }
}
