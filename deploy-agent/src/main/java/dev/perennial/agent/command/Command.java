package dev.perennial.agent.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs an argument array without a shell, in a small environment, with limits on its output and its duration. */
public final class Command {
    private static final int MAX_OUTPUT = 8_000;
    private static final Duration OUTPUT_GRACE = Duration.ofMillis(500);
    /** A private key in PEM, also one that is cut off. */
    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\\z)", Pattern.DOTALL);

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C");

    private Command() {}

    /**
     * The result of a command.
     *
     * @param evidence the command, its exit code and its output without private keys, for a report
     */
    public record Ended(boolean ok, String evidence) {
        public Ended {
            evidence = withoutPrivateKeys(evidence);
        }
    }

    /** The text with a remark in place of each private key in PEM, also of one that is cut off. */
    public static String withoutPrivateKeys(String text) {
        return PRIVATE_KEY.matcher(text).replaceAll("[private key removed]");
    }

    public static Ended run(List<String> arguments, Duration timeout) {
        String command = String.join(" ", arguments);
        ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new Ended(false, "'" + command + "' could not be started: " + e.getMessage());
        }
        Output output = new Output(process.getInputStream());
        Thread reader =
                Thread.ofVirtual().name("output of " + arguments.getFirst()).start(output);
        try {
            process.getOutputStream().close();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                reader.join(OUTPUT_GRACE);
                return new Ended(
                        false, "'" + command + "' was killed after " + timeout.toMillis() + " ms: " + output.text());
            }
            // The wait is bounded, because a daemon that the command started may keep the stream open.
            reader.join(OUTPUT_GRACE);
            return new Ended(
                    process.exitValue() == 0,
                    "'" + command + "' ended with " + process.exitValue() + ": " + output.text());
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while '" + command + "' ran", e);
        } catch (IOException e) {
            kill(process);
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /**
     * Stores the beginning of the output and discards the rest, so that a long output neither blocks the command nor
     * fills memory.
     */
    private static final class Output implements Runnable {
        private final InputStream stream;
        private final byte[] kept = new byte[MAX_OUTPUT];
        private int length;

        Output(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[1_024];
            try {
                for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                    keep(buffer, read);
                }
            } catch (IOException e) {
                // Expected at the end of the stream of a killed process.
                return;
            }
        }

        private synchronized void keep(byte[] buffer, int read) {
            int fits = Math.min(read, MAX_OUTPUT - length);
            System.arraycopy(buffer, 0, kept, length, fits);
            length += fits;
        }

        synchronized String text() {
            return new String(Arrays.copyOf(kept, length), StandardCharsets.UTF_8).strip();
        }
    }
}
