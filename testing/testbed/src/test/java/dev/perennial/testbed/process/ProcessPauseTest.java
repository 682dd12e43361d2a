package dev.perennial.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessPauseTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Process process;

    ProcessPauseTest() throws IOException {
        process = new ProcessBuilder("cat").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void pausesAndResumesAProcess() throws IOException {
        ProcessPause.freeze(process.pid());
        assertThat(Await.until(LIMIT, () -> state() == 'T')).isTrue();

        try (var in = process.outputWriter();
                BufferedReader out = process.inputReader()) {
            in.write("sent while it was frozen\n");
            in.flush();
            ProcessPause.thaw(process.pid());

            assertThat(out.readLine()).isEqualTo("sent while it was frozen");
        }
    }

    @Test
    void ignoresAProcessThatHasEnded() throws InterruptedException {
        process.destroyForcibly().waitFor();

        ProcessPause.freeze(process.pid());
        ProcessPause.thaw(process.pid());

        assertThat(process.isAlive()).isFalse();
    }

    /** Third field of {@code /proc/<pid>/stat}; T is stopped. */
    private char state() {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), StandardCharsets.UTF_8);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return '?';
        }
    }
}
