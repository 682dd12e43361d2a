package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.signatures.SignatureMode;
import dev.perennial.signatures.SignedOrders;
import dev.perennial.vault.SecretPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OverdueDeploymentHandlerTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void restoresALostCopyAndPublishesAgainWithoutTheCa() {
        fixture.deliver();
        String host = IssuanceTestSetup.HOSTS.getLast();
        fixture.vault.destroy(SecretPath.hostCopy(host, fixture.order.certificateId()));
        long caRequests = caRequests();

        fixture.overdue(fixture.order);

        assertThat(fixture.copy(host)).isEqualTo(fixture.bundle());
        assertThat(fixture.issued()).hasSize(2);
        assertThat(fixture.issued().getLast()).isEqualTo(fixture.issued().getFirst());
        assertThat(fixture.topic.getLast().id())
                .isEqualTo(fixture.topic.getFirst().id());
        assertThat(caRequests()).isEqualTo(caRequests);
    }

    @Test
    void publishesNothingForAReplacedCertificate() {
        fixture.deliver();
        fixture.deliver(IssuanceTestSetup.order(fixture.order.certificateId(), OrderId.next(), 1));

        fixture.overdue(fixture.order);

        assertThat(fixture.issued()).hasSize(2);
        assertThat(fixture.copy(IssuanceTestSetup.HOSTS.getLast())).isEqualTo(fixture.bundle());
    }

    @Test
    void publishesNothingForACertificateThatWasNeverIssued() {
        fixture.overdue(fixture.order);

        assertThat(fixture.topic).isEmpty();
    }

    /** The targets of the order in the record would make the key readable for them. */
    @Test
    void copiesNoKeyForAHostThatTheOrderServiceDidNotSign() {
        String other = "web-99.example.com";
        fixture.deliver();
        fixture.signatures = SignatureMode.REQUIRED;
        SigningKey key = SigningKey.generate();
        fixture.vault.createOnly(
                SecretPath.signers("order-service"),
                Map.of("jwks", "{\"keys\":[" + key.verificationKey().jwk() + "]}"));
        ObjectNode changed = EventCodec.mapper().valueToTree(SignedOrders.sign(key, fixture.order));
        changed.withArray("targets").add(other);

        fixture.overdue(fixture.order);
        assertThat(fixture.issued()).as("not signed").hasSize(1);

        fixture.overdue(EventCodec.mapper().convertValue(changed, Order.class));
        assertThat(fixture.issued()).hasSize(2);
        assertThat(fixture.issued().getLast().targets()).isEqualTo(IssuanceTestSetup.HOSTS);
        assertThat(fixture.vault.read(SecretPath.hostCopy(other, fixture.order.certificateId())))
                .isEmpty();
    }

    private long caRequests() {
        return fixture.interruptions.calls().stream()
                .filter(call ->
                        List.of("progress", "finalize", "await", "download").contains(call))
                .count();
    }
}
