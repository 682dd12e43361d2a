package dev.perennial.platform.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/metrics.md} lists exactly the metrics that the sources register. */
class MetricsReferenceTest {
    private static final Pattern REGISTERED = Pattern.compile("\"(perennial_[a-z0-9_]+)\"");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `(perennial_[a-z0-9_]+)` \\|");
    private static final List<String> FOLDERS =
            List.of("order-service", "validation-service", "issuance-service", "deploy-agent", "libs");

    @Test
    void listsEveryMetric() throws IOException {
        TreeSet<String> registered = new TreeSet<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(RepositoryFile.ROOT.resolve(folder))) {
                for (Path file :
                        files.filter(MetricsReferenceTest::isMainSource).toList()) {
                    registered.addAll(names(REGISTERED, Files.readString(file)));
                }
            }
        }

        String page = Files.readString(RepositoryFile.ROOT.resolve(Path.of("docs", "reference", "metrics.md")));

        assertThat(names(LISTED, page)).containsExactlyElementsOf(registered);
    }

    private static boolean isMainSource(Path file) {
        return file.toString().endsWith(".java") && file.toString().contains("/src/main/java/");
    }

    private static TreeSet<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult it) -> it.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
