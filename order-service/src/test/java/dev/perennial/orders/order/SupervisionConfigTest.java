package dev.perennial.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.lifecycle.RetryPolicy;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SupervisionConfigTest {
    @Test
    void theDefaultsAreThoseOfTheRules() {
        SupervisionConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(SupervisionConfig.class)
                .build()
                .getConfigMapping(SupervisionConfig.class);

        assertThat(OrderTransitions.retries(config)).isEqualTo(RetryPolicy.DEFAULT);
    }
}
