package dev.perennial.platform.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.platform.reference.ConfigurationKeys.Key;
import dev.perennial.platform.reference.ConfigurationKeys.Mapping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code conf/<service>_full.properties} contains every key of a service; {@code -Dcontract.update=true} rewrites the
 * files.
 */
class ConfigurationReferenceTest {
    private enum Service {
        ORDER("order-service", "libs/acme-access", "libs/dns-access", "libs/vault-access", "libs/event-signatures"),
        VALIDATION(
                "validation-service",
                "libs/acme-access",
                "libs/dns-access",
                "libs/vault-access",
                "libs/event-signatures"),
        ISSUANCE("issuance-service", "libs/acme-access", "libs/vault-access", "libs/event-signatures"),
        AGENT("deploy-agent", "libs/vault-access", "libs/event-signatures");

        private final String module;
        private final List<String> libraries;

        Service(String module, String... libraries) {
            this.module = module;
            this.libraries = List.of(libraries);
        }

        List<Mapping> mappings() {
            return Stream.concat(Stream.of(module), libraries.stream())
                    .flatMap(folder ->
                            ConfigurationKeys.below(RepositoryFile.ROOT.resolve(folder, "src", "main", "java"))
                                    .stream())
                    .sorted((a, b) -> a.prefix().compareTo(b.prefix()))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFileContainsEveryKeyOfTheService(Service service) throws IOException {
        StringBuilder text = new StringBuilder("""
                # Every perennial.* key of the %s.
                # Generated from its @ConfigMapping interfaces and checked by a test: mvn -pl libs/platform -am test
                #   -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dcontract.update=true
                # Keys without "#" are required. A key with "#" shows its default, or nothing if it has none.
                # Durations: a number with ms, s, m, h or d, or ISO 8601 (PT1M30S). Lists: separated by commas.
                """.formatted(service.module));
        for (Mapping mapping : service.mappings()) {
            text.append("\n# ---- ")
                    .append(mapping.prefix())
                    .append(": ")
                    .append(mapping.doc())
                    .append('\n');
            for (Key key : mapping.keys()) {
                text.append("# ")
                        .append(key.doc())
                        .append(" (")
                        .append(key.type())
                        .append(")\n");
                text.append(key.required() ? "" : "#")
                        .append(key.name())
                        .append('=')
                        .append(key.defaultValue().orElse(""))
                        .append('\n');
            }
        }
        new RepositoryFile("conf/" + service.module + "_full.properties").assertIs(text.toString());
    }

    @Test
    void noTwoInterfacesShareAPrefix() {
        Map<String, String> owners = new HashMap<>();
        List<String> shared = new ArrayList<>();
        for (Service service : Service.values()) {
            for (Mapping mapping : service.mappings()) {
                owners.merge(mapping.prefix(), mapping.name(), (known, other) -> {
                    if (!known.equals(other)) {
                        shared.add(mapping.prefix() + " of " + known + " and " + other);
                    }
                    return known;
                });
            }
        }
        assertThat(shared).isEmpty();
        assertThat(owners.keySet())
                .as("no prefix contains another one")
                .allSatisfy(prefix -> assertThat(owners.keySet()).noneMatch(other -> other.startsWith(prefix + ".")));
    }

    @ParameterizedTest
    @EnumSource
    void theNameOfADurationHasAStandardSuffix(Service service) {
        assertThat(service.mappings())
                .flatExtracting(Mapping::keys)
                .filteredOn(key -> key.type().contains("duration"))
                .extracting(Key::name)
                .allMatch(name -> name.matches(
                        ".*(-timeout|\\.timeout|-intervals?|-retention|\\.retention|\\.ttl|max-[a-z-]+|\\.duration)"));
    }
}
