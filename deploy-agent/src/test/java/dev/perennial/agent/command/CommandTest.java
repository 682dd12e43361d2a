package dev.perennial.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void reportsOutputAndExitCode() {
        Command.Ended ended = Command.run(List.of("ls", "/no/such/folder"), LIMIT);

        assertThat(ended.ok()).isFalse();
        assertThat(ended.evidence()).contains("'ls /no/such/folder' ended with 2", "No such file");
    }

    @Test
    void passesArgumentsUnchanged() {
        Command.Ended ended = Command.run(List.of("echo", "$HOME; `id` && rm"), LIMIT);

        assertThat(ended.ok()).isTrue();
        assertThat(ended.evidence()).endsWith(": $HOME; `id` && rm");
    }

    @Test
    void killsACommandAfterItsTimeout() {
        long start = System.nanoTime();

        Command.Ended ended = Command.run(List.of("sleep", "60"), Duration.ofMillis(100));

        assertThat(ended.ok()).isFalse();
        assertThat(ended.evidence()).contains("was killed after 100 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void limitsTheOutputAndReadsAllOfIt() {
        Command.Ended ended = Command.run(List.of("seq", "1", "200000"), LIMIT);

        assertThat(ended.ok()).isTrue();
        assertThat(ended.evidence().length()).isLessThan(8_200);
    }

    @Test
    void hasASmallEnvironment() {
        Command.Ended ended = Command.run(List.of("env"), LIMIT);

        assertThat(ended.evidence().lines()).hasSize(2);
    }

    @Test
    void reportsAMissingCommand() {
        Command.Ended ended = Command.run(List.of("/no/such/command"), LIMIT);

        assertThat(ended.ok()).isFalse();
        assertThat(ended.evidence()).contains("could not be started");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void removesPrivateKeysFromTheOutput(String label) {
        String output = "first\n-----BEGIN " + label + "-----\nMIGHAgEA\n-----END " + label + "-----\nlast";

        assertThat(Command.run(List.of("echo", "-n", output), LIMIT).evidence())
                .contains("first", "last", "[private key removed]")
                .doesNotContain("MIGHAgEA");
    }

    @Test
    void removesAPrivateKeyThatTheLimitCutsOff() {
        String script = "echo '-----BEGIN PRIVATE KEY-----'; seq 1 9000; echo '-----END PRIVATE KEY-----'";

        assertThat(Command.run(List.of("/bin/sh", "-c", script), LIMIT).evidence())
                .endsWith("[private key removed]");
    }
}
