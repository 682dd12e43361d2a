package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.PidFiles;
import dev.perennial.testbed.process.ProcessLauncher;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path folder;

    @Test
    void claimEndsTheProcessesAndRemovesTheFilesOfAKilledRun() {
        RunFolder killed = RunFolder.claim(folder.resolve("run"));
        RunningProgram left = sleeper(killed);
        awaitExecution(left);

        RunFolder next = RunFolder.claim(folder.resolve("run"));

        assertThat(PidFiles.runs(left.pid())).isFalse();
        assertThat(next.log("sleeper")).doesNotExist();
        assertThat(next.owned()).isTrue();
    }

    @Test
    void isReadableByItsOwnerOnly() throws Exception {
        RunFolder run = RunFolder.claim(folder.resolve("run"));
        Path secret = run.writeSecret("token", "t");

        assertThat(Files.getPosixFilePermissions(run.root())).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(secret)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void startsProgramsInTheirOwnSessionSoThatCtrlCDoesNotEndThem() {
        RunFolder run = RunFolder.claim(folder.resolve("run"));
        RunningProgram running = sleeper(run);
        try {
            awaitExecution(running);
        } finally {
            running.stop(Duration.ofSeconds(5));
        }
        assertThat(PidFiles.runs(running.pid())).isFalse();
    }

    /** Until setsid has created the session and executed the program. */
    private static void awaitExecution(RunningProgram program) {
        assertThat(Await.until(Duration.ofSeconds(5), () -> session(program.pid()) == program.pid()))
                .isTrue();
    }

    private static RunningProgram sleeper(RunFolder run) {
        var launcher = new ProcessLauncher(run.logs(), run.pids());
        var program = new Program("sleeper", List.of("/usr/bin/sleep", "600"), Map.of(), run.folder("sleeper"));
        return launcher.launch(program);
    }

    private static long session(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
