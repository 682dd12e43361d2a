package dev.perennial.scenarios;

import dev.perennial.testbed.command.AotRecording;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Records the services' ahead-of-time caches before the first scenario, unless they exist. The scenarios start about seventy
 * services, and each start needs half of the CPU time with a cache. Parallel test JVMs record once.
 */
public final class AotCaches implements LauncherSessionListener {
    /** Set for the integration tests only: the unit tests of this module run before the services are packaged. */
    private static final String RECORD = "perennial.test.record-aot-caches";

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (Boolean.getBoolean(RECORD)) {
            try {
                AotRecording.runIfMissing(System.out);
            } catch (RuntimeException e) {
                // The scenarios are only slower without caches.
                System.err.println("no ahead-of-time caches: " + e);
            }
        }
    }
}
