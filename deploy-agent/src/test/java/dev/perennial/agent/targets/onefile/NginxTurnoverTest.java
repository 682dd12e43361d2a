package dev.perennial.agent.targets.onefile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.targets.Turnover;
import dev.perennial.agent.targets.Turnover.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a folder in the place of /proc; NginxIT has a real nginx. */
class NginxTurnoverTest {
    private static final int MASTER = 100;

    @TempDir
    Path proc;

    private Path pidFile;

    @BeforeEach
    void start() throws IOException {
        pidFile = Files.writeString(proc.resolve("nginx.pid"), MASTER + "\n");
        process(MASTER, "nginx: master process nginx -c /etc/nginx.conf", 1);
        worker(101);
        worker(102);
        children(101, 102);
    }

    @Test
    void isPendingWhileAnOldWorkerAccepts() throws IOException {
        Turnover turnover = NginxTurnover.before(pidFile, proc);
        worker(103);
        worker(104);
        process(101, "nginx: worker process is shutting down", 2);
        children(101, 102, 103, 104);

        assertThat(turnover.await(in(50))).isEqualTo(State.PENDING);
    }

    @Test
    void isCompleteWhenOldWorkersOnlyShutDown() throws IOException {
        Turnover turnover = NginxTurnover.before(pidFile, proc);
        worker(103);
        worker(104);
        process(101, "nginx: worker process is shutting down", 2);
        children(101, 103, 104);

        assertThat(turnover.await(in(5_000))).isEqualTo(State.COMPLETE);
        assertThat(turnover.unchanged()).isTrue();
        children(103, 104);
        assertThat(turnover.unchanged())
                .as("an old worker that ends changes nothing")
                .isTrue();
    }

    @Test
    void noticesAnotherReload() throws IOException {
        Turnover turnover = NginxTurnover.before(pidFile, proc);
        worker(103);
        worker(104);
        children(103, 104);
        assertThat(turnover.await(in(5_000))).isEqualTo(State.COMPLETE);

        worker(105);
        children(103, 104, 105);
        assertThat(turnover.unchanged()).isFalse();
        assertThat(turnover.await(in(50))).as("two reloads overlap").isEqualTo(State.PENDING);
    }

    @Test
    void distinguishesAProcessWithTheIdOfAnOldWorker() throws IOException {
        Turnover turnover = NginxTurnover.before(pidFile, proc);
        process(101, "nginx: worker process", 9);
        process(102, "nginx: worker process", 9);

        assertThat(turnover.await(in(5_000))).isEqualTo(State.COMPLETE);
    }

    @Test
    void isUnknownIfTheNumberOfWorkersChanged() throws IOException {
        Turnover turnover = NginxTurnover.before(pidFile, proc);
        worker(103);
        worker(104);
        worker(105);
        children(103, 104, 105);

        assertThat(turnover.await(in(5_000))).isEqualTo(State.UNKNOWN);
    }

    @Test
    void isUnknownIfTheProcessesAreNotVisible() throws IOException {
        assertThat(NginxTurnover.before(proc.resolve("absent.pid"), proc)).isSameAs(Turnover.UNKNOWN);
        assertThat(NginxTurnover.before(Files.writeString(proc.resolve("x.pid"), "x"), proc))
                .isSameAs(Turnover.UNKNOWN);
        assertThat(NginxTurnover.before(Files.writeString(proc.resolve("9.pid"), "9"), proc))
                .isSameAs(Turnover.UNKNOWN);
        process(MASTER, "another program", 1);
        assertThat(NginxTurnover.before(pidFile, proc)).isSameAs(Turnover.UNKNOWN);
    }

    @Test
    void isUnknownAfterTheMasterHasEnded() throws IOException {
        Turnover turnover = NginxTurnover.before(pidFile, proc);
        Files.delete(proc.resolve(MASTER + "/task/" + MASTER + "/children"));

        assertThat(turnover.await(in(5_000))).isEqualTo(State.UNKNOWN);
        assertThat(turnover.unchanged()).isFalse();
    }

    private static long in(long millis) {
        return System.nanoTime() + Duration.ofMillis(millis).toNanos();
    }

    private void worker(int pid) throws IOException {
        process(pid, "nginx: worker process", 2);
    }

    private void process(int pid, String title, int startTime) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(folder.resolve("cmdline"), title + "\0\0");
        Files.writeString(
                folder.resolve("stat"),
                pid + " (nginx ) x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + startTime + " 0");
    }

    private void children(Integer... pids) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(MASTER + "/task/" + MASTER));
        Files.writeString(
                folder.resolve("children"),
                Arrays.stream(pids).map(String::valueOf).collect(Collectors.joining(" ", "", " ")));
    }
}
