package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The defaults of Quarkus allow any number of connections, each of which may be idle for half an hour. */
class HttpLimitsTest {
    @Test
    void limitsConnectionsAndTheirIdleTime() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = HttpLimitsTest.class.getResourceAsStream("/application.properties")) {
            properties.load(file);
        }

        assertThat(properties)
                .containsEntry("quarkus.http.idle-timeout", "60s")
                .containsEntry("quarkus.http.read-timeout", "30s")
                .containsEntry("quarkus.http.limits.max-connections", "512")
                .containsEntry("quarkus.http.limits.max-header-size", "16K")
                .containsEntry("quarkus.http.limits.max-body-size", "5M");
    }
}
