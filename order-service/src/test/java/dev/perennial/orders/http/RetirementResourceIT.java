package dev.perennial.orders.http;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificates;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetirementResourceIT {
    private final ServiceFixture parts = new ServiceFixture();

    /** Without the filter, whose decision is older: a transfer can be committed between the two. */
    @Test
    void authorizesTheOwnerOfTheLockedCertificate() {
        CertificateId id = parts.accepted("r1", request("shop", List.of(), "shop.example.com"))
                .certificateId();
        String owner = parts.database.inTransaction(
                tx -> new Certificates(tx).find(id).orElseThrow().owner());
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET owner = 'other'"));

        assertThatThrownBy(() -> of(owner).retire(id.toString(), body("it is closed")))
                .isInstanceOf(ProblemException.class)
                .hasMessage("status 403");
        assertThat(isRetired(id)).isFalse();
        of("other").retire(id.toString(), body("it is closed"));
        assertThatThrownBy(() -> of(owner).resume(id.toString())).hasMessage("status 403");
        assertThat(isRetired(id)).isTrue();
        of("other").resume(id.toString());
        assertThat(isRetired(id)).isFalse();
    }

    private RetirementResource of(String owner) {
        Caller caller = Caller.overRest(new Principal("user:" + owner, List.of(Grant.forOwner(Role.REQUESTER, owner))));
        return new RetirementResource(
                new CurrentCaller(() -> caller, parts.database, parts.access),
                parts.database,
                parts.access,
                parts.retirements);
    }

    private static InputStream body(String reason) {
        return new ByteArrayInputStream(("{\"reason\":\"" + reason + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private boolean isRetired(CertificateId id) {
        return parts.database.inTransaction(
                tx -> new Certificates(tx).find(id).orElseThrow().retired().isPresent());
    }
}
