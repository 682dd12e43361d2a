package dev.perennial.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.host.HostFileKey.Presence;
import dev.perennial.agent.host.HostFileKey.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code conf/host_full.yaml} holds every key of the host file; {@code -Dcontract.update=true} rewrites it. */
class HostFileReferenceTest {
    private static final Set<HostFileKey> LISTS = EnumSet.of(HostFileKey.CERTIFICATES, HostFileKey.VERIFY);
    private static final Path FILE = Path.of("..", "conf", "host_full.yaml");

    @TempDir
    Path folder;

    @Test
    void theFileHoldsEveryKey() throws IOException {
        String generated = """
                # Every key of the host file, which perennial.agent.host-file of the deploy-agent names.
                # Generated from HostFileKey and checked by a test: mvn -pl deploy-agent -am test
                #   -Dtest=HostFileReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dcontract.update=true
                # Keys without "#" are required. A key with "#" shows its default, or an example if it has none.
                # The agent reads the file at its start. An unknown key or an invalid value stops the start.

                """ + document(key -> true, true);

        if (Boolean.getBoolean("contract.update")) {
            Files.writeString(FILE, generated);
        }
        assertThat(FILE).as("write it with -Dcontract.update=true").exists();
        assertThat(Files.readString(FILE))
                .as("%s is out of date; rewrite it with -Dcontract.update=true", FILE)
                .isEqualTo(generated);
    }

    @Test
    void theAgentReadsTheFileAsItIs() {
        assertThat(HostFile.read(FILE).host()).isEqualTo("web-1");
    }

    @Test
    void theAgentReadsTheFileWithEveryKey() throws IOException {
        String withAll = Files.readString(FILE).replaceAll("(?m)^( *)#([A-Za-z]+: )", "$1$2");

        assertThat(withAll).contains("\n    lock: ").isEqualTo(header() + document(key -> true, false));
        assertThat(read(withAll).host()).isEqualTo("web-1");
    }

    @ParameterizedTest
    @EnumSource
    void onlyAnOptionalKeyMayBeAbsent(HostFileKey absent) {
        String without = document(key -> key != absent, false);

        if (List.of(HostFileKey.INCLUDE, HostFileKey.FILE, HostFileKey.KEYSTORE).contains(absent)) {
            assertThatThrownBy(() -> read(without))
                    .hasMessageContaining("exactly one of include, file and keystore is required");
        } else if (absent.presence() == Presence.REQUIRED) {
            assertThatThrownBy(() -> read(without))
                    .isInstanceOf(HostFileException.class)
                    .hasMessageMatching(".*\\b" + absent.text() + ": (is required|a mapping .* is expected here)");
        } else {
            assertThatCode(() -> read(without)).doesNotThrowAnyException();
        }
    }

    private HostFile read(String yaml) throws IOException {
        return HostFile.read(Files.writeString(folder.resolve("host.yaml"), yaml));
    }

    private static String header() throws IOException {
        String file = Files.readString(FILE);
        return file.substring(0, file.indexOf("\n\n") + 2);
    }

    /** @param commented optional keys are commented out */
    private static String document(Predicate<HostFileKey> included, boolean commented) {
        StringBuilder yaml = new StringBuilder();
        mapping(yaml, Optional.empty(), "", included, commented);
        return yaml.toString();
    }

    private static void mapping(
            StringBuilder yaml,
            Optional<HostFileKey> section,
            String indent,
            Predicate<HostFileKey> included,
            boolean commented) {
        // The dash of a list item stands before the first key of the item.
        String first = section.filter(LISTS::contains).isPresent() ? indent.substring(2) + "- " : indent;
        for (HostFileKey key : keys(section, included)) {
            String doc = doc(key, indent);
            boolean off = commented && key.presence() != Presence.REQUIRED;
            yaml.append(first.equals(indent) ? doc : doc.substring(2))
                    .append(first)
                    .append(off ? "#" : "")
                    .append(key.text())
                    .append(key.value().isEmpty() ? ":" : ": " + key.value())
                    .append('\n');
            first = indent;
            if (key == HostFileKey.SERVERS) {
                yaml.append("  nginx:\n");
            }
            boolean named = key == HostFileKey.SERVERS || LISTS.contains(key);
            mapping(yaml, Optional.of(key), indent + (named ? "    " : "  "), included, commented);
            if (key == HostFileKey.SERVERS) {
                yaml.append("  haproxy:\n    kind: haproxy\n");
                lines(yaml, keys(key, Variant.HAPROXY, included), "    ", commented);
                yaml.append("  tomcat:\n    kind: command\n");
            } else if (key == HostFileKey.CERTIFICATES) {
                item(yaml, "haproxy", keys(key, Variant.FILE, included), commented);
                item(yaml, "tomcat", keys(key, Variant.KEYSTORE, included), commented);
            }
        }
    }

    /** An entry with keys that exclude those of the first one. */
    private static void item(StringBuilder yaml, String server, List<HostFileKey> keys, boolean commented) {
        yaml.append("""
                  - match: "shop*"
                    server: %1$s
                    directory: /var/lib/perennial/%1$s/{name}
                """.formatted(server));
        lines(yaml, keys, "    ", commented);
        yaml.append("    verify: [{port: 443}]\n");
    }

    private static void lines(StringBuilder yaml, List<HostFileKey> keys, String indent, boolean commented) {
        for (HostFileKey key : keys) {
            boolean off = commented && key.presence() != Presence.REQUIRED;
            yaml.append(doc(key, indent))
                    .append(indent)
                    .append(off ? "#" : "")
                    .append(key.text() + ": " + key.value() + "\n");
        }
    }

    private static String doc(HostFileKey key, String indent) {
        return indent + "# " + key.doc() + " (" + key.type() + presence(key) + ")\n";
    }

    private static List<HostFileKey> keys(HostFileKey section, Variant variant, Predicate<HostFileKey> included) {
        return Arrays.stream(HostFileKey.values())
                .filter(key -> key.section().equals(Optional.of(section)) && key.variant() == variant)
                .filter(included)
                .toList();
    }

    private static String presence(HostFileKey key) {
        return switch (key.presence()) {
            case REQUIRED -> "";
            case DEFAULT -> "; default: " + key.value();
            case OPTIONAL -> "; no default";
        };
    }

    private static List<HostFileKey> keys(Optional<HostFileKey> section, Predicate<HostFileKey> included) {
        return Arrays.stream(HostFileKey.values())
                .filter(key -> key.section().equals(section) && key.variant() == Variant.FIRST)
                .filter(included)
                .toList();
    }
}
