package dev.perennial.scenarios;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that every relative link of every page, and every page that a source names, exists and, if there is an anchor, has a
 * heading for it; and that every alarm names the page with its remedy.
 */
class DocumentLinksTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^\\s*```.*?^\\s*```\\s*$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern EXTERNAL = Pattern.compile("[a-z]+:.*");
    private static final Pattern NAMED_PAGE = Pattern.compile("docs/[\\w/-]+\\.md(?:#[a-z0-9-]+)?");
    /** The log statement that an alarm begins. */
    private static final Pattern ALARM = Pattern.compile("(?s)\"ALARM: .*?\\);\\n");

    private final Path root = Checkout.find().root();

    @Test
    void everyLinkHasATarget() {
        List<Path> pages = pages();
        assertThat(pages).contains(root.resolve("README.md"), root.resolve("docs/README.md"));
        assertThat(pages.stream().flatMap(this::deadLinks)).isEmpty();
    }

    @Test
    void theIndexNamesEveryPage() {
        Set<Path> named = links(root.resolve("docs/README.md"))
                .map(link -> root.resolve("docs").resolve(withoutAnchor(link)).normalize())
                .collect(toSet());
        List<Path> pages = pages().stream()
                .filter(page -> page.startsWith(root.resolve("docs")))
                .filter(page -> !page.getFileName().toString().equals("README.md"))
                .filter(page -> !page.startsWith(root.resolve("docs/internals/adr")))
                .toList();
        assertThat(named).containsAll(pages);
    }

    @Test
    void everyPageThatASourceNamesExists() {
        assertThat(sources().stream().flatMap(source -> NAMED_PAGE
                        .matcher(read(source))
                        .results()
                        .map(page -> page.group())
                        .filter(page -> !exists(root.resolve("README.md"), page))
                        .map(page -> root.relativize(source) + ": " + page)))
                .isEmpty();
    }

    @Test
    void everyAlarmNamesThePageWithItsRemedy() {
        List<String> alarms = sources().stream()
                .flatMap(source -> ALARM.matcher(read(source)).results().map(alarm -> alarm.group()))
                .toList();

        assertThat(alarms).hasSizeGreaterThan(30).allSatisfy(alarm -> assertThat(alarm)
                .contains("docs/"));
    }

    private List<Path> sources() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> deadLinks(Path page) {
        return links(page).filter(link -> !exists(page, link)).map(link -> root.relativize(page) + ": " + link);
    }

    private static boolean exists(Path page, String link) {
        int hash = link.indexOf('#');
        String file = withoutAnchor(link);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(target)
                && (hash < 0 || !Files.isRegularFile(target) || anchors(target).contains(link.substring(hash + 1)));
    }

    private static String withoutAnchor(String link) {
        int hash = link.indexOf('#');
        return hash < 0 ? link : link.substring(0, hash);
    }

    private static Stream<String> links(Path page) {
        return LINK.matcher(FENCE.matcher(read(page)).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !EXTERNAL.matcher(link).matches());
    }

    /** Anchors as GitHub derives them from headings. */
    private static Set<String> anchors(Path page) {
        return HEADING.matcher(FENCE.matcher(read(page)).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(toSet());
    }

    private List<Path> pages() {
        try (Stream<Path> top = Files.list(root);
                Stream<Path> docs = Files.walk(root.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
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
