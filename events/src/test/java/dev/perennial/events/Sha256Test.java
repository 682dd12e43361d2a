package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Sha256Test {
    /** The first example of FIPS 180-2, appendix B. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestsTextAndBytesAlike() {
        assertThat(Sha256.hex("abc")).isEqualTo(ABC);
        assertThat(Sha256.hex("abc".getBytes(StandardCharsets.US_ASCII))).isEqualTo(ABC);
        assertThat(Sha256.digest("abc")).asHexString().isEqualToIgnoringCase(ABC);
    }

    @Test
    void digestsTextInUtf8() {
        assertThat(Sha256.hex("\u00fc")).isEqualTo(Sha256.hex(new byte[] {(byte) 0xc3, (byte) 0xbc}));
    }
}
