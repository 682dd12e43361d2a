package dev.perennial.platform.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationLogTest {
    /** As in the services: the default is nowhere but in the annotation. */
    @ConfigMapping(prefix = "perennial.sample")
    interface SampleConfig {
        @WithDefault("PT20S")
        Duration requestTimeout();

        Optional<Path> tokenFile();

        Nested retry();

        interface Nested {
            @WithDefault("7")
            int maxAttempts();
        }
    }

    @Test
    void listsGivenValuesAndTheDefaultsOfAMappingInOrder() {
        assertThat(resolved(Map.of(
                        "perennial.vault.address", "https://vault.test:8200",
                        "perennial.sample.token-file", "/etc/perennial/token",
                        "quarkus.http.port", "8080")))
                .isEqualTo(
                        "perennial.sample.request-timeout=PT20S perennial.sample.retry.max-attempts=7"
                                + " perennial.sample.token-file=/etc/perennial/token perennial.vault.address=https://vault.test:8200");
    }

    @Test
    void showsTheValueThatOverridesADefault() {
        assertThat(resolved(Map.of("perennial.sample.request-timeout", "PT5S")))
                .isEqualTo("perennial.sample.request-timeout=PT5S perennial.sample.retry.max-attempts=7");
    }

    @Test
    void masksPossibleSecrets() {
        assertThat(resolved(Map.of(
                        "perennial.x.api-token", "hunter2",
                        "perennial.x.hmac-key", "hunter2",
                        "perennial.x.password", "hunter2",
                        "perennial.x.secrets[0]", "hunter2",
                        "perennial.x.apiToken", "hunter2",
                        "perennial.x.secret-id", "hunter2",
                        "perennial.x.eab-hmac", "hunter2",
                        "perennial.x.query-url", "https://dns.test/api?token=hunter2",
                        "perennial.x.slash-url", "https://admin:p/@hunter2@dns.test/api",
                        "perennial.x.url", "https://admin:hunter2@dns.test/api")))
                .doesNotContain("hunter2", "admin")
                .contains("perennial.x.api-token=***", "perennial.x.url=https://***@dns.test/api");
    }

    @Test
    void showsTheFileOfASecret() {
        assertThat(resolved(Map.of("perennial.x.secret-id-file", "/run/secret-id")))
                .contains("perennial.x.secret-id-file=/run/secret-id");
    }

    @Test
    void refusesAKeyOfAnUnknownSection() {
        var builder = new SmallRyeConfigBuilder()
                .withMapping(SampleConfig.class)
                .withMapping(KnownKeys.class)
                .withSources(
                        new PropertiesConfigSource(Map.of("perennial.smaple.request-timeout", "PT5S"), "test", 100));

        assertThatThrownBy(builder::build).hasStackTraceContaining("perennial.smaple.request-timeout");
    }

    @Test
    void acceptsTheKeysOfMappings() {
        new SmallRyeConfigBuilder()
                .withMapping(SampleConfig.class)
                .withMapping(KnownKeys.class)
                .withSources(new PropertiesConfigSource(
                        Map.of("perennial.sample.request-timeout", "PT5S", "perennial.sample.retry.max-attempts", "2"),
                        "test",
                        100))
                .build();
    }

    private static String resolved(Map<String, String> given) {
        return ConfigurationLog.resolved(new SmallRyeConfigBuilder()
                .withMapping(SampleConfig.class)
                .withSources(new PropertiesConfigSource(given, "test", 100))
                .build());
    }
}
