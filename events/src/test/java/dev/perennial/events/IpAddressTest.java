package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8::, 2001:db8::",
        "::1, ::1",
        "::, ::",
        // RFC 5952 section 4.2.2: a single zero group is not shortened.
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        // Section 4.2.3: the longest run is shortened, and the first one of equal runs.
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::0a0b, 2001:db8::a0b"
    })
    void isWrittenInTheCanonicalFormOfRfc5952(String written, String canonical) {
        assertThat(IpAddress.parse(written).value()).isEqualTo(canonical);
        assertThat(new IpAddress(canonical).address())
                .isEqualTo(IpAddress.parse(written).address());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "192.0.2",
                "192.0.2.256",
                "192.0.2.01",
                "0x7f.1",
                "127.1",
                "3221225985",
                "1.2.3.4.5",
                "::ffff:192.0.2.1",
                "fe80::1%eth0",
                "[::1]",
                "1:2:3",
                ":::",
                "2001:db8::1::",
                "g::1"
            })
    void refusesTextThatIsNotAnAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.parse(text));
    }

    @Test
    void refusesANonCanonicalSpelling() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IpAddress("2001:DB8::1"))
                .withMessageContaining("2001:db8::1");
    }
}
