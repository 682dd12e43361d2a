package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import java.net.URI;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    private final Origin origin = Origin.of("ca", URI.create("https://CA.example.com/directory"));

    @ParameterizedTest
    @ValueSource(
            strings = {"https://ca.example.com/order/1", "https://ca.example.com:443/x?y", "https://CA.EXAMPLE.COM/"})
    void acceptsTheDirectorysOrigin(String url) {
        assertThatCode(() -> origin.require(URI.create(url))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://ca.example.com/order/1",
                "https://ca.example.com:8443/order/1",
                "https://ca.example.com.evil.test/order/1",
                "https://127.0.0.1/latest/meta-data",
                "https://ca.example.com@evil.test/",
                "https://evil@ca.example.com/",
                "file:///etc/passwd",
                "/order/1"
            })
    void refusesOtherOrigins(String url) {
        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> origin.require(URI.create(url)))
                .satisfies(e -> Assertions.assertThat(e.problem().code()).isEqualTo(ErrorCode.CA_MISBEHAVED));
    }

    @Test
    void refusesADirectoryWithoutTls() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Origin.of("ca", URI.create("http://ca.example.com/directory")))
                .withMessageContaining("the directory of the issuer 'ca'");
    }
}
