package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitiatorTest {
    @ParameterizedTest
    @CsvSource({
        "user:alice@corp, user",
        "token:ci-shop, api_key",
        "topic:certificate.requests.shop, service_account",
        "/perennial/order-service, system",
        "bootstrap, system",
    })
    void determinesTheTypeByTheId(String id, String type) {
        assertThat(new Initiator(id).type().wireName()).isEqualTo(type);
    }

    @Test
    void isTheServiceThatActsByItself() {
        assertThat(Initiator.system(URI.create("/perennial/order-service")).id())
                .isEqualTo("/perennial/order-service");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "token:ci shop", "token:a\nb", "token:a\u0000", "token:a\u202e", "token:\ud800", "a\u2028b"})
    void takesWhatIsNotPrintableForAbsent(String id) {
        assertThat(Initiator.of(id)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new Initiator(id));
    }

    @Test
    void limitsTheLength() {
        String longest = "u".repeat(Initiator.MAX_LENGTH);

        assertThat(Initiator.of(longest)).contains(new Initiator(longest));
        assertThat(Initiator.of(longest + "u")).isEmpty();
    }
}
