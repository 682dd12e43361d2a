package dev.perennial.orders.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.acme.CaPreset;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.requests.Policy;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conf/issuers_full.yaml} holds every key of the issuers file; {@code -Dcontract.update=true} rewrites it. */
class IssuersFileReferenceTest {
    private static final Path FILE = Path.of("..", "conf", "issuers_full.yaml");
    private static final Path SOURCE = Path.of(
            "..",
            "events",
            "src",
            "main",
            "java",
            "dev",
            "perennial",
            "events",
            IssuerSettings.class.getSimpleName() + ".java");
    private static final String REQUIRED = "directory";

    /** Values in YAML of the keys that have no default of their own. */
    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("name", "internal"),
            Map.entry("directory", "https://ca.internal.example.com/acme/directory"),
            Map.entry("preset", "step-ca"),
            Map.entry("trustedRoots", "\"-----BEGIN CERTIFICATE-----\\n...\\n-----END CERTIFICATE-----\\n\""),
            Map.entry("profile", "tlsserver"),
            Map.entry("contact", "mailto:pki@example.com"),
            Map.entry("eabPath", "eab/internal"),
            Map.entry("limits", "none"),
            Map.entry("rehearsal", "internal-staging"),
            Map.entry("renewBefore", "P30D"),
            Map.entry("csrCommonName", "true"),
            Map.entry("preferredChain", "Internal Root X2"),
            Map.entry("maxIdentifiers", "25"),
            Map.entry("challenges.suffix", "internal.example.com"),
            Map.entry("challenges.methods", "[dns-01]"),
            Map.entry("challenges.provider", "internal-dns"));

    @TempDir
    Path folder;

    @Test
    void theFileHoldsEveryKey() throws IOException {
        String generated = """
                # Every key of the issuers file, which perennial.issuers.file of the order-service names.
                # Generated from the record IssuerSettings and checked by a test: mvn -pl order-service -am test
                #   -Dtest=IssuersFileReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dcontract.update=true
                # Keys with "#" are optional: they show their default, or an example if they have none.
                # The order-service applies the file as a whole at its start. An unknown key or an invalid value stops the start.
                # Durations are in ISO 8601, for example PT20S (20 seconds) or P30D (30 days).

                # The issuers, each below a name of your choice: [a-z0-9][a-z0-9._-]{0,62}
                issuers:
                  internal:
                """ + keys();

        if (Boolean.getBoolean("contract.update")) {
            Files.writeString(FILE, generated);
        }
        assertThat(FILE).as("write it with -Dcontract.update=true").exists();
        assertThat(Files.readString(FILE))
                .as("%s is out of date; rewrite it with -Dcontract.update=true", FILE)
                .isEqualTo(generated);
    }

    @Test
    void theOrderServiceAcceptsTheFileAsItIs() {
        IssuerSettings issuer = IssuersFile.read(FILE).get("internal");

        assertThat(problems(issuer)).isEmpty();
    }

    @Test
    void theOrderServiceReadsEveryKeyOfTheFile() throws IOException {
        IssuerSettings issuer = read(withEveryKey()).get("internal");

        JsonNode read = EventCodec.mapper().valueToTree(issuer);
        assertThat(read.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(names(IssuerSettings.class));
        assertThat(read.at("/challenges/0").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(names(IssuerSettings.ChallengeRule.class));
        assertThat(problems(issuer))
                .as("the PEM of the example is a placeholder")
                .singleElement()
                .asString()
                .contains("'trustedRoots'");
    }

    @Test
    void onlyTheDirectoryIsRequiredUnlessThePresetHasOne() throws IOException {
        assertThatIllegalStateException()
                .isThrownBy(() -> read("issuers: {internal: {}}"))
                .withMessageContaining("field '" + REQUIRED + "' is required");
        assertThat(read("issuers: {internal: {preset: letsencrypt}}")).containsKey("internal");
    }

    private Map<String, IssuerSettings> read(String yaml) throws IOException {
        return IssuersFile.read(Files.writeString(folder.resolve("issuers.yaml"), yaml));
    }

    private static String withEveryKey() throws IOException {
        return Files.readString(FILE).replaceAll("(?m)^( *)#( *[- ] )?([A-Za-z]+:)", "$1$2$3");
    }

    private static List<?> problems(IssuerSettings issuer) {
        Policy policy = new Policy(List.of("example.com"), List.of(), "internal", List.of(Network.parse("10.0.0.0/8")));
        return IssuerRules.check(issuer, Set.of("internal", "internal-staging"), policy, Limits.PRESETS.keySet());
    }

    private static List<String> names(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private static String keys() throws IOException {
        JsonNode defaults = EventCodec.mapper()
                .valueToTree(IssuerReader.read(
                        "internal", EventCodec.mapper().createObjectNode().put(REQUIRED, EXAMPLES.get(REQUIRED))));
        String source = Files.readString(SOURCE);
        int nested = source.lastIndexOf("/**", source.indexOf("public record ChallengeRule"));
        Map<String, String> docs = docs(source.substring(0, nested));
        Map<String, String> rules = docs(source.substring(nested));

        StringBuilder yaml = new StringBuilder();
        for (RecordComponent key : IssuerSettings.class.getRecordComponents()) {
            String name = key.getName();
            Optional<String> value = EXAMPLES.containsKey(name)
                    ? Optional.empty()
                    : Optional.of(defaults.get(name).toString().replace("\"", ""));
            yaml.append("    # ")
                    .append(docs.get(name))
                    .append(" (")
                    .append(type(key))
                    .append(
                            name.equals(REQUIRED)
                                    ? "; required, unless the preset has one"
                                    : value.map(it -> "; default: " + it).orElse("; no default"))
                    .append(")\n");
            if (name.equals("challenges")) {
                yaml.append("    #challenges:\n");
                String first = "    #  - ";
                for (RecordComponent rule : IssuerSettings.ChallengeRule.class.getRecordComponents()) {
                    yaml.append("    #    # ")
                            .append(rules.get(rule.getName()))
                            .append(" (")
                            .append(type(rule))
                            .append("; no default)\n")
                            .append(first)
                            .append(rule.getName())
                            .append(": ")
                            .append(EXAMPLES.get("challenges." + rule.getName()))
                            .append('\n');
                    first = "    #    ";
                }
            } else {
                yaml.append(name.equals(REQUIRED) ? "    " : "    #")
                        .append(name)
                        .append(": ")
                        .append(value.orElseGet(() -> EXAMPLES.get(name)))
                        .append('\n');
            }
        }
        return yaml.toString();
    }

    /** The {@code @param} lines of a Javadoc comment, each in one line. */
    private static Map<String, String> docs(String javadoc) {
        return Pattern.compile("(?s)@param (\\w+) (.*?)(?=@param|\\*/)")
                .matcher(javadoc)
                .results()
                .collect(Collectors.toMap(it -> it.group(1), it -> {
                    String doc = it.group(2)
                            .replaceAll("\\s*\\R\\s*\\*\\s*", " ")
                            .replaceAll("\\{@code ((?:[^{}]|\\{[^}]*})*)}", "$1")
                            .strip();
                    return Character.toUpperCase(doc.charAt(0)) + doc.substring(1) + ".";
                }));
    }

    private static String type(RecordComponent key) {
        String generic = key.getGenericType().getTypeName();
        Matcher inner = Pattern.compile(".*<(.*)>").matcher(generic);
        String plain = inner.matches() ? inner.group(1) : generic;
        Map<String, String> words = Map.of(
                String.class.getName(), "text",
                URI.class.getName(), "URL",
                Boolean.class.getName(), "true or false",
                Integer.class.getName(), "number",
                Duration.class.getName(), "duration",
                KeyType.class.getName(), Arrays.toString(KeyType.values()),
                IssuerSettings.ChallengeRule.class.getTypeName(), "mappings");
        String word = words.get(plain);
        assertThat(word).as("no words for the type %s", plain).isNotNull();
        String all = key.getName().equals("preset") ? "one of " + CaPreset.settingsNames() : word;
        return generic.startsWith(List.class.getName()) ? "list of " + all : all;
    }
}
