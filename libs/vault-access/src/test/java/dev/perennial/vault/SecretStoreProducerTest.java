package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.event.Startup;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretStoreProducerTest {
    @ParameterizedTest
    @CsvSource({
        "http://vault.example.com:8200, true",
        "HTTP://vault.example.com:8200, true",
        "http://192.0.2.7:8200, true",
        "http://127.attacker.example.com, true",
        "https://vault.example.com:8200, false",
        "http://127.0.0.1:8200, false",
        "http://[::1]:8200, false",
        "http://localhost:8200, false"
    })
    void warnsOfKeysWithoutTls(URI address, boolean warns) {
        List<LogRecord> records = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(SecretStoreProducer.class.getName());
        log.addHandler(handler);
        try {
            new SecretStoreProducer().start(new Startup(), new InMemorySecretStore(), settings(address));
        } finally {
            log.removeHandler(handler);
        }

        assertThat(records.stream().anyMatch(record -> record.getLevel().intValue() >= Level.WARNING.intValue()))
                .isEqualTo(warns);
    }

    private static SecretStores.Settings settings(URI address) {
        return new SecretStores.Settings(
                address, Path.of("role"), Path.of("secret"), "perennial", Optional.empty(), Duration.ofSeconds(5));
    }
}
