package dev.perennial.testbed.ca;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestKindTest {
    @Test
    void derivesTheKindFromPebblesPaths() {
        assertThat(RequestKind.of("/order-plz")).isEqualTo(RequestKind.NEW_ORDER);
        assertThat(RequestKind.of("/authZ/abc")).isEqualTo(RequestKind.AUTHORIZATION);
        assertThat(RequestKind.of("/finalize-order/abc")).isEqualTo(RequestKind.FINALIZE);
        assertThat(RequestKind.of("/dir")).isEqualTo(RequestKind.DIRECTORY);
        assertThat(RequestKind.of("/directory")).isEqualTo(RequestKind.OTHER);
    }
}
