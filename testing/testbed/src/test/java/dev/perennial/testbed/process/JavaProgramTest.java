package dev.perennial.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JavaProgramTest {
    /** Exit code of the JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int OUT_OF_MEMORY = 3;

    @Test
    void endsAJvmWithoutMemory() throws Exception {
        List<String> command = JavaProgram.command(
                16,
                List.of(
                        "-cp",
                        Path.of(Allocation.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        Allocation.class.getName()));

        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(OUT_OF_MEMORY);
    }

    /** Continues after the error, as a service with several threads does. */
    static final class Allocation {
        private Allocation() {}

        public static void main(String[] arguments) {
            List<byte[]> held = new ArrayList<>();
            try {
                for (int i = 0; i < 1_000; i++) {
                    held.add(new byte[1 << 20]);
                }
            } catch (OutOfMemoryError e) {
                held.clear();
            }
        }
    }
}
