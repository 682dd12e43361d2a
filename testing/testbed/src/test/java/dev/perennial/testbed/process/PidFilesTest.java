package dev.perennial.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFilesTest {
    @TempDir
    Path folder;

    private PidFiles pids;
    private Process process;

    @BeforeEach
    void startProcess() throws IOException {
        pids = new PidFiles(folder.resolve("pids"));
        process = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void endProcess() {
        process.destroyForcibly();
    }

    @Test
    void endsRecordedProcesses() throws Exception {
        pids.record("sleeper", process.pid(), "sleep");

        List<String> swept = pids.sweep();

        assertThat(swept).containsExactly("sleeper");
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(pids.find("sleeper")).isEmpty();
    }

    @Test
    void ignoresAnotherProcessWithTheSamePid() throws IOException {
        pids.record("sleeper", process.pid(), "sleep");
        Path entry = folder.resolve("pids/sleeper");
        List<String> lines = Files.readAllLines(entry);
        Files.write(entry, List.of(lines.get(0), lines.get(1) + "1", lines.get(2)));

        List<String> swept = pids.sweep();

        assertThat(swept).isEmpty();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void ignoresAProcessOfAnotherProgram() {
        pids.record("sleeper", process.pid(), "nginx");

        List<String> swept = pids.sweep();

        assertThat(swept).isEmpty();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void neverEndsTheOwner() {
        pids.recordOwner();

        assertThat(pids.sweep()).isEmpty();
        assertThat(pids.find(PidFiles.OWNER)).isPresent();
    }
}
