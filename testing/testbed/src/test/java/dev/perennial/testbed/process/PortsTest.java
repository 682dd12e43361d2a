package dev.perennial.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void skipsPortsOfAnotherProcessUntilItEnds() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            int its = Integer.parseInt(output.readLine());

            assertThat(Ports.claim(its)).isFalse();

            other.getOutputStream().close();
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Ports.claim(its)).isTrue();
            assertThat(Ports.claim(its)).as("again").isFalse();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void returnsEachPortOnce() {
        Map<Integer, Integer> given = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            given.merge(Ports.free(), 1, Integer::sum);
        }

        assertThat(given.values()).containsOnly(1);
    }

    /** Another testbed process: prints its port, and keeps it until its standard input is closed. */
    static final class Other {
        public static void main(String[] arguments) throws IOException {
            System.out.println(Ports.free());
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
