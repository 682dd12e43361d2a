package dev.perennial.scenarios;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that each row of docs/internals/threat-model.md has a status, and that the tests that the page names exist and run. */
class ThreatModelTest {
    /** The last cell of a row: tests and nothing else, or a reason. */
    private static final Pattern STATUS =
            Pattern.compile("\\*tested\\* `[A-Z]\\w+\\.[a-z]\\w+`(, `[A-Z]\\w+\\.[a-z]\\w+`)*"
                    + "|\\*(?:assumed|not yet|not covered)\\*: \\S.+");

    private static final Pattern ROW = Pattern.compile("(?m)^\\|.*$");
    private static final Pattern RULE = Pattern.compile("\\|[-|]+\\|");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)\\.([a-z]\\w+)`");
    private static final Pattern IS_TEST = Pattern.compile("@(?:Test|ParameterizedTest|CartesianTest)\\b");
    private static final Pattern IS_NOT_RUN = Pattern.compile("@(?:Disabled|ExpectedToFail)\\b");

    private final Path root = Checkout.find().root();
    private final String page = read(root.resolve("docs/internals/threat-model.md"));
    private final Map<String, List<Path>> testSources = testSources();

    @Test
    void everyRowHasAStatus() {
        assertThat(rows()).hasSizeGreaterThan(100);
        assertThat(rows().stream().filter(row -> !STATUS.matcher(status(row)).matches()))
                .isEmpty();
    }

    @Test
    void everyNamedTestExistsAndRuns() {
        assertThat(NAMED.matcher(page)
                        .results()
                        .filter(test -> !runs(test.group(1), test.group(2)))
                        .map(test -> test.group()))
                .isEmpty();
    }

    /** Without the headings, which are followed by a rule. */
    private List<String> rows() {
        List<String> lines =
                ROW.matcher(page).results().map(row -> row.group().strip()).toList();
        return Stream.iterate(0, line -> line < lines.size(), line -> line + 1)
                .filter(line -> !isRule(lines, line) && !isRule(lines, line + 1))
                .map(lines::get)
                .toList();
    }

    private static boolean isRule(List<String> lines, int line) {
        return line < lines.size() && RULE.matcher(lines.get(line)).matches();
    }

    private static String status(String row) {
        String cells = row.substring(0, row.length() - 1);
        return cells.substring(cells.lastIndexOf('|') + 1).strip();
    }

    private boolean runs(String testClass, String method) {
        return testSources.getOrDefault(testClass + ".java", List.of()).stream()
                .map(ThreatModelTest::read)
                .anyMatch(source -> hasTest(source, "void " + method + "("));
    }

    private static boolean hasTest(String source, String method) {
        int start = source.indexOf(method);
        if (start < 0) {
            return false;
        }
        String annotations = source.substring(Math.max(0, source.lastIndexOf("\n    }\n", start)), start);
        return IS_TEST.matcher(annotations).find()
                && !IS_NOT_RUN.matcher(annotations).find();
    }

    private Map<String, List<Path>> testSources() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().contains("/src/test/java/"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .collect(groupingBy(file -> file.getFileName().toString()));
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
