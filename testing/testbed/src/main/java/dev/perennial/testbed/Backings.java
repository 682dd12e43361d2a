package dev.perennial.testbed;

import dev.perennial.testbed.container.ContainerLauncher;
import dev.perennial.testbed.process.Launcher;

/** Selects the launcher of OpenBao and Pebble. */
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
