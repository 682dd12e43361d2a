package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.OrderId;
import dev.perennial.vault.SecretPath;
import java.util.List;
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

    private long caRequests() {
        return fixture.interruptions.calls().stream()
                .filter(call ->
                        List.of("progress", "finalize", "await", "download").contains(call))
                .count();
    }
}
