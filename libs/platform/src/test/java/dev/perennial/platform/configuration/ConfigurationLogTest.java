package dev.perennial.platform.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationLogTest {
    @Test
    void listsGivenValuesAndDefaultsInOrder() {
        assertThat(resolved(Map.of(
                        "perennial.vault.address", "https://vault.test:8200",
                        "perennial.sample.token-file", "/etc/perennial/token",
                        "quarkus.http.port", "8080")))
                .isEqualTo("perennial.sample.request-timeout=PT20S perennial.sample.token-file=/etc/perennial/token"
                        + " perennial.vault.address=https://vault.test:8200");
    }

    @Test
    void showsTheValueThatOverridesADefault() {
        assertThat(resolved(Map.of("perennial.sample.request-timeout", "PT5S")))
                .isEqualTo("perennial.sample.request-timeout=PT5S");
    }

    @Test
    void masksWhatCouldBeASecret() {
        assertThat(resolved(Map.of(
                        "perennial.x.api-token", "hunter2",
                        "perennial.x.hmac-key", "hunter2",
                        "perennial.x.password", "hunter2",
                        "perennial.x.secrets[0]", "hunter2",
                        "perennial.x.url", "https://admin:hunter2@dns.test/api")))
                .doesNotContain("hunter2", "admin")
                .contains("perennial.x.api-token=***", "perennial.x.url=https://***@dns.test/api");
    }

    private static String resolved(Map<String, String> given) {
        return ConfigurationLog.resolved(new SmallRyeConfigBuilder()
                .withDefaultValue("perennial.sample.request-timeout", "PT20S")
                .withSources(new PropertiesConfigSource(given, "test", 100))
                .build());
    }
}
