package dev.perennial.testbed;

import dev.perennial.testbed.container.ContainerLauncher;
import dev.perennial.testbed.process.Launcher;

/** Chooses how OpenBao and Pebble are launched. */
final class Backings {
    private Backings() {}

    static Launcher launcher(Backing backing, Checkout checkout, RunFolder run, Launcher processes) {
        return switch (backing) {
            case PROCESS -> processes;
            case CONTAINER ->
                new ContainerLauncher(
                        run.logs(),
                        run.pids(),
                        checkout.version("PEBBLE_VERSION") + "-" + checkout.version("OPENBAO_VERSION"));
        };
    }
}
