package dev.perennial.scenarios;

import dev.perennial.testbed.command.AotRecording;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Before the first scenario, records the services' ahead-of-time caches unless they exist: the scenarios start some seventy
 * services, each in half of the CPU time with a cache. Test JVMs that run side by side record once.
 */
public final class AotCaches implements LauncherSessionListener {
    /** Set for the integration tests only: the unit tests of this module run before the services are packaged. */
    private static final String RECORD = "perennial.test.record-aot-caches";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (Boolean.getBoolean(RECORD)) {
            AotRecording.runIfMissing(System.out);
        }
    }
}
