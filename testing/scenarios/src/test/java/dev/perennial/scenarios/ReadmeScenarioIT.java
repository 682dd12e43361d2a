package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new user's first minutes: {@code ./perennial up}, then every shell block of the README and of docs/start, word for word
 * and in their order. The commands run in a separate folder, so that they do not affect a stack of the checkout.
 */
class ReadmeScenarioIT {
    private static final long LIMIT_SECONDS = 300;
    private static final Path ROOT = Checkout.find().root();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void up() throws IOException {
        Path script = Files.createFile(
                folder.resolve("perennial"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(script, "#!/bin/sh\nexec '" + ROOT.resolve("perennial") + "' \"$@\"\n");
        succeeds("./perennial up");
    }

    @AfterAll
    static void down() {
        succeeds("./perennial down");
    }

    @TestFactory
    Stream<DynamicTest> runsEachShellBlock() {
        List<ShellBlocks.Block> run = blocks().filter(ShellBlocks.Block::isRun).toList();
        assertThat(run).isNotEmpty();
        return run.stream()
                .map(block -> DynamicTest.dynamicTest(
                        block.toString(), ROOT.resolve(block.page()).toUri(), () -> run(block)));
    }

    @Test
    void marksEachBlockOfCommands() {
        assertThat(blocks().filter(ShellBlocks.Block::holdsCommands))
                .allSatisfy(
                        block -> assertThat(block.info()).as(block.toString()).isIn("sh", "sh no-test", "sh refused"));
    }

    private static Stream<ShellBlocks.Block> blocks() {
        return Stream.concat(Stream.of(Path.of("README.md")), startPages())
                .flatMap(page -> ShellBlocks.of(ROOT, page).stream());
    }

    private static Stream<Path> startPages() {
        Path start = ROOT.resolve("docs/start");
        if (!Files.isDirectory(start)) {
            return Stream.empty();
        }
        try (Stream<Path> pages = Files.list(start)) {
            return pages
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .map(ROOT::relativize)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(ShellBlocks.Block block) {
        if (block.isRefused()) {
            isRefused(block);
        } else {
            succeeds(block.text());
        }
    }

    private static void isRefused(ShellBlocks.Block block) {
        Result result = run(block.text());

        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        List<String> answer = result.output().lines().map(String::strip).toList();
        assertThat(block.next().lines().map(String::strip))
                .as(result.output())
                .isNotEmpty()
                .allSatisfy(expected -> assertThat(answer).anyMatch(line -> line.matches(pattern(expected))));
    }

    /** Three dots stand for text that differs from run to run. */
    private static String pattern(String expected) {
        return Arrays.stream(expected.split("\\.\\.\\.", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
    }

    private static void succeeds(String commands) {
        Result result = run(commands);

        assertThat(result.exitCode()).as("%s%n%s", commands, result.output()).isZero();
    }

    private record Result(int exitCode, String output) {}

    private static Result run(String commands) {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        "PERENNIAL_RUN", folder.resolve(".run").toString(),
                        "PERENNIAL_SKIP_BUILD", "1",
                        "JAVA_HOME", System.getProperty("java.home")));
        try {
            Process process = builder.start();
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            assertThat(ended)
                    .as("%s%nended within %d s%n%s", commands, LIMIT_SECONDS, read(output))
                    .isTrue();
            return new Result(process.exitValue(), read(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String read(Path output) throws IOException {
        return Files.readString(output);
    }
}
