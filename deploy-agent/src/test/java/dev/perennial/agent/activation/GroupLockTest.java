package dev.perennial.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupLockTest {
    private static final int HELD = 3;

    @TempDir
    Path folder;

    @Test
    void excludesOtherProcessesUntilItIsClosed() throws Exception {
        try (GroupLock held = acquire().orElseThrow()) {
            assertThat(anotherProcess()).isEqualTo(HELD);
        }

        assertThat(anotherProcess()).isZero();
    }

    @Test
    void isNotReleasedByACallerThatWaitsInVain() throws Exception {
        try (GroupLock held = acquire().orElseThrow()) {
            assertThat(acquire()).isEmpty();

            assertThat(anotherProcess()).isEqualTo(HELD);
        }
        try (GroupLock again = acquire().orElseThrow()) {
            assertThat(anotherProcess()).isEqualTo(HELD);
        }
    }

    private Optional<GroupLock> acquire() throws IOException {
        return GroupLock.acquire(folder.resolve("lock"), Duration.ZERO);
    }

    private int anotherProcess() throws Exception {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GroupLockTest.class.getName(),
                        folder.resolve("lock").toString()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** The other process. */
    public static void main(String[] arguments) throws IOException {
        System.exit(GroupLock.acquire(Path.of(arguments[0]), Duration.ZERO).isPresent() ? 0 : HELD);
    }
}
