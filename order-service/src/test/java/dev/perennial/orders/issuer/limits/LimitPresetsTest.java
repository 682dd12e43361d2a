package dev.perennial.orders.issuer.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import dev.perennial.rules.limits.Limits;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitPresetsTest {
    @Test
    void containsConfiguredAndBuiltInPresets() {
        LimitPresets presets = presets(Map.of(
                "perennial.limit-presets.raised.account-orders", "3000 in 3 h",
                "perennial.limit-presets.raised.registered-domain", "2000 in 7 d"));

        assertThat(presets.named("raised").orElseThrow().byKind())
                .isEqualTo(Map.of(
                        LimitKind.ACCOUNT_ORDERS, new Limit(3000, Duration.ofHours(3)),
                        LimitKind.REGISTERED_DOMAIN, new Limit(2000, Duration.ofDays(7))));
        assertThat(presets.named("lets-encrypt")).contains(Limits.LETS_ENCRYPT);
        assertThat(presets.named("none")).contains(Limits.NONE);
        assertThat(presets.named("letsencrypt")).isEmpty();
        assertThat(presets.names()).containsExactly("lets-encrypt", "none", "raised");
    }

    @Test
    void prefersConfiguredLimitsToThoseOfTheDirectory() {
        LimitPresets presets = presets(Map.of("perennial.limit-presets.raised.account-orders", "3000 in 3 h"));
        String known = "https://acme-v02.api.letsencrypt.org/directory";

        assertThat(presets.of(issuer(known, "raised")))
                .isEqualTo(presets.named("raised").orElseThrow());
        assertThat(presets.of(issuer(known, "none"))).isEqualTo(Limits.NONE);
        assertThat(presets.of(issuer(known, null))).isEqualTo(Limits.LETS_ENCRYPT);
        assertThat(presets.of(issuer("https://ca.example.com/directory", null))).isEqualTo(Limits.NONE);
    }

    private static IssuerSettings issuer(String directory, String limits) {
        Map<String, String> settings = new HashMap<>(Map.of("name", "ca", "directory", directory));
        settings.put("limits", limits);
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    @Test
    void refusesToRedefineABuiltInPreset() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> presets(Map.of("perennial.limit-presets.lets-encrypt.name-set", "9 in 1 h")))
                .withMessageContaining("perennial.limit-presets.lets-encrypt");
    }

    private static LimitPresets presets(Map<String, String> properties) {
        return new LimitPresets(new SmallRyeConfigBuilder()
                .withMapping(LimitPresetsConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(LimitPresetsConfig.class));
    }
}
