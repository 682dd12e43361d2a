package dev.perennial.testbed.process;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs as child processes. Each has its own session ({@code setsid}), so that Ctrl-C in a terminal reaches only the
 * testbed, which then stops all of them in order.
 */
public final class ProcessLauncher implements Launcher {
    private static final List<String> KEPT = List.of("PATH", "LANG", "LC_ALL", "TZ");
    private final Path logs;
    private final PidFiles pids;

    public ProcessLauncher(Path logs, PidFiles pids) {
        this.logs = logs;
        this.pids = pids;
    }

    @Override
    public RunningProgram launch(Program program) {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(program.command());
        var builder = new ProcessBuilder(command)
                .directory(program.folder().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        logs.resolve(program.name() + ".log").toFile()));
        // The environment of the machine must not influence the parts.
        builder.environment().keySet().retainAll(KEPT);
        builder.environment().put("HOME", program.folder().toString());
        // By default glibc allocates a separate heap for each of a JVM's many threads.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().putAll(program.environment());
        try {
            Process process = builder.start();
            pids.record(program.name(), process.pid(), program.command().getFirst());
            return new Child(program.name(), process, pids);
        } catch (IOException e) {
            throw new PartFailedException(program.name(), "cannot be started", e);
        }
    }

    private record Child(String name, Process process, PidFiles pids) implements RunningProgram {
        @Override
        public boolean isRunning() {
            return process.isAlive();
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public void stop(Duration grace) {
            process.destroy();
            if (!ended(grace)) {
                process.destroyForcibly();
                ended(grace);
            }
            pids.remove(name);
        }

        @Override
        public void kill() {
            process.destroyForcibly();
            ended(Duration.ofSeconds(10));
            pids.remove(name);
        }

        private boolean ended(Duration atMost) {
            try {
                return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
