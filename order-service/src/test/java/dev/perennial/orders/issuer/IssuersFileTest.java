package dev.perennial.orders.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.perennial.events.IssuerSettings;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.requests.Policy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuersFileTest {
    @TempDir
    Path folder;

    @Test
    void readsIssuersWithTheValuesOfTheirPresets() throws IOException {
        Map<String, IssuerSettings> issuers = read("""
                issuers:
                  letsencrypt-staging:
                    preset: letsencrypt-staging
                  own:
                    directory: https://ca.example.com/directory
                    trustedRoots: |
                      line one
                      line two
                    termsOfServiceAgreed: true
                    requestTimeout: PT5S
                    keyTypes: [RSA_2048, EC_P256]
                    challenges:
                      - suffix: wild.example.com
                        methods: [dns-01]
                        provider: bind
                """);

        assertThat(issuers).containsOnlyKeys("letsencrypt-staging", "own");
        IssuerSettings staging = issuers.get("letsencrypt-staging");
        assertThat(staging.directory()).isEqualTo(URI.create("https://acme-staging-v02.api.letsencrypt.org/directory"));
        assertThat(staging.requestTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(staging.termsOfServiceAgreed()).isFalse();
        IssuerSettings own = issuers.get("own");
        assertThat(own.name()).isEqualTo("own");
        assertThat(own.trustedRoots()).contains("line one\nline two\n");
        assertThat(own.requestTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(own.keyTypes()).containsExactly(KeyType.RSA_2048, KeyType.EC_P256);
        assertThat(own.challenges()).singleElement().satisfies(rule -> assertThat(rule.provider())
                .contains("bind"));
    }

    @Test
    void acceptsTheExampleOfTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "operating", "issuers.md"));
        int begin = page.indexOf("```yaml") + "```yaml".length();
        Map<String, IssuerSettings> issuers = read(page.substring(begin, page.indexOf("```", begin)));
        Policy policy =
                new Policy(List.of("example.com"), List.of(), "letsencrypt", List.of(Network.parse("10.0.0.0/8")));

        assertThat(issuers).hasSize(4);
        assertThat(issuers.values()).allSatisfy(issuer -> assertThat(
                        IssuerRules.check(issuer, issuers.keySet(), policy, Limits.PRESETS.keySet()))
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {preset: letsencrypt, keytypes: [EC_P256]}        | field 'keytypes' is not known
                    {preset: letsencrypt, termsOfServiceAgreed: maybe}| field 'termsOfServiceAgreed' must be true or false
                    {preset: letsencrypt, requestTimeout: 20s}        | field 'requestTimeout' must be an ISO 8601 duration
                    {preset: letsencrypt, keyTypes: [DSA]}            | field 'keyTypes[0]' must be one of [EC_P256
                    {preset: letsencrypt, keyTypes: EC_P256}          | field 'keyTypes' must be an array
                    {preset: letsencrypt, profile: 7}                 | field 'profile' must be a string
                    {preset: letsencrypt, challenges: [{method: x}]}  | field 'challenges[0].method' is not known
                    {preset: letsencrypt, name: other}                | field 'name' must be absent
                    {preset: step-ca}                                 | field 'directory' is required
                    {preset: unknown}                                  | field 'preset' must be one of [letsencrypt,
                    [a, b]                                            | the settings of an issuer must be an object
                    """)
    void reportsInvalidKeys(String issuer, String message) {
        assertThatIllegalStateException()
                .isThrownBy(() -> read("issuers: {one: " + issuer + "}"))
                .withMessageContaining("issuers.one: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    issuer: {}                | the file must have one key 'issuers'
                    {issuers: {}, more: 1}    | unknown keys: [more]
                    issuers: [a]              | the file must have one key 'issuers'
                    ''                        | the file must have one key 'issuers'
                    {issuers: {}, issuers: {}}| duplicate key
                    issuers: {                | it is not YAML
                    issuers: !!java.io.File x | it is not YAML
                    """)
    void reportsInvalidFiles(String yaml, String message) {
        assertThatIllegalStateException()
                .isThrownBy(() -> read(yaml))
                .withMessageContaining(message)
                .withMessageContaining("issuers.yaml");
    }

    @Test
    void reportsAMissingFile() {
        assertThatIllegalStateException()
                .isThrownBy(() -> IssuersFile.read(folder.resolve("missing.yaml")))
                .withMessageContaining("it cannot be read");
    }

    private Map<String, IssuerSettings> read(String yaml) throws IOException {
        return IssuersFile.read(Files.writeString(folder.resolve("issuers.yaml"), yaml));
    }
}
