package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.OrderProgress;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyReuseTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();
    private PublicKey first;

    @BeforeEach
    void issue() {
        fixture.deliver();
        first = key();
        // The CA sees the next order as a different one.
        fixture.ca.willIssue(List.of());
        fixture.ca.progress = new OrderProgress.Ready();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void generatesANewKeyForEachOrder() {
        fixture.deliver(next(KeyType.EC_P256, false));

        assertThat(key()).isNotEqualTo(first);
    }

    @Test
    void reusesTheKeyIfTheOrderRequestsIt() {
        Order next = next(KeyType.EC_P256, true);

        assertThat(fixture.deliver(next)).isInstanceOf(IssuanceResult.Issued.class);

        assertThat(key()).isEqualTo(first);
        assertThat(fixture.bundle().orderId()).isEqualTo(next.orderId());
    }

    @Test
    void generatesANewKeyIfTheKeyTypeDiffers() {
        fixture.deliver(next(KeyType.RSA_2048, true));

        assertThat(key().getAlgorithm()).isEqualTo("RSA");
    }

    private PublicKey key() {
        return DownloadedChain.of(fixture.bundle()).chain().getFirst().getPublicKey();
    }

    private Order next(KeyType type, boolean keyReuse) {
        Order before = fixture.order;
        return new Order(
                before.certificateId(),
                OrderId.next(),
                1,
                before.name(),
                before.owner(),
                before.issuer(),
                before.identifiers(),
                type,
                before.targets(),
                before.acmeOrder(),
                false,
                keyReuse,
                false,
                Optional.empty());
    }
}
