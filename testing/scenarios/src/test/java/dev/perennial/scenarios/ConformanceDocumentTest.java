package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the tests that docs/reference/acme-conformance.md names exist. */
class ConformanceDocumentTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Test|IT))\\.([a-z][A-Za-z0-9]+)`");

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        Path root = Checkout.find().root();
        var named = NAMED.matcher(Files.readString(root.resolve("docs/reference/acme-conformance.md")));
        List<String> gone = named.results()
                .filter(test -> !exists(root, test.group(1), test.group(2)))
                .map(test -> test.group(1) + "." + test.group(2))
                .toList();
        assertThat(gone).isEmpty();
    }

    private static boolean exists(Path root, String testClass, String method) {
        return files(root, testClass + ".java").anyMatch(file -> read(file).contains("void " + method + "("));
    }

    private static Stream<Path> files(Path root, String name) {
        return Stream.of(root, root.resolve("libs"), root.resolve("testing"))
                .flatMap(ConformanceDocumentTest::modules)
                .map(module -> module.resolve("src/test/java"))
                .filter(Files::isDirectory)
                .flatMap(ConformanceDocumentTest::below)
                .filter(file -> file.getFileName().toString().equals(name));
    }

    private static Stream<Path> modules(Path folder) {
        try (Stream<Path> modules = Files.list(folder)) {
            return modules.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> below(Path folder) {
        try {
            return Files.walk(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
