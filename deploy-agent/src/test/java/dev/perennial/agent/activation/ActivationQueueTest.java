package dev.perennial.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.onefile.CommandServer;
import dev.perennial.events.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActivationQueueTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void sharesAValidationAmongCallersThatArriveBeforeItBegins() throws Exception {
        Files.writeString(folder.resolve("hold"), "");
        Path script = Files.writeString(
                folder.resolve("test.sh"),
                "cd " + folder + "; echo x >> tests; while [ -e hold ]; do sleep 0.02; done");
        ActivationQueue queue = queue(List.of("/bin/sh", script.toString()));
        List<Optional<Problem>> results = new CopyOnWriteArrayList<>();
        Thread first = Thread.ofPlatform().start(() -> results.add(queue.validate()));
        await(() -> tests() == 1);
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            others.add(Thread.ofPlatform().start(() -> results.add(queue.validate())));
        }
        await(() -> others.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));

        Files.delete(folder.resolve("hold"));

        first.join();
        for (Thread other : others) {
            other.join();
        }
        assertThat(results).hasSize(6).containsOnly(Optional.empty());
        assertThat(tests())
                .as("the first one, and one for all callers that arrived meanwhile")
                .isEqualTo(2);
    }

    @Test
    void refusesADeploymentAfterItsEnd() {
        ActivationQueue queue = queue(List.of("/bin/true")).started();
        Thread worker = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("reload test"))
                .findFirst()
                .orElseThrow();
        queue.close();
        await(() -> !worker.isAlive());

        assertTimeoutPreemptively(LIMIT, () -> assertThatThrownBy(() -> queue.deploy(null))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("the agent is stopping"));
    }

    private ActivationQueue queue(List<String> test) {
        CommandServer server = new CommandServer(
                "test", test, List.of("/bin/false"), Duration.ZERO, LIMIT, folder.resolve("lock"), Optional.empty());
        return new ActivationQueue(
                server, Duration.ZERO, new ServedCertificateCheck(), (point, name) -> {}, new SimpleMeterRegistry());
    }

    private long tests() {
        try {
            Path file = folder.resolve("tests");
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(LIMIT)
                .until(condition::getAsBoolean);
    }
}
