package dev.perennial.orders.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RenewalRequested;
import dev.perennial.orders.parts.Parts;
import dev.perennial.orders.parts.Served;
import dev.perennial.orders.requests.RequestResult;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderCause;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RenewalRequestsIT {
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/o"), URI.create("https://ca.test/f"), List.of(), Optional.empty());

    private final Parts parts = new Parts();
    private final RenewalRequests renewals = new RenewalRequests(parts.database, parts.clock, parts.wakeups);
    private CertificateId id;

    @BeforeEach
    void serve() {
        id = Served.with(parts, "shop", parts.clock.instant(), Duration.ofDays(90));
    }

    @Test
    void renewsAtOnceWhatSomebodyWantsRenewed() {
        RequestResult answer = renewals.hear(wish("w1", about(Optional.of("shop"), Optional.of("new root"))));

        assertThat(answer).isInstanceOfSatisfying(RequestResult.Accepted.class, it -> assertThat(it.disposition())
                .isEqualTo(Disposition.ORDERED));
        assertThat(parts.database
                        .inTransaction(tx -> new Orders(tx).of(id))
                        .getFirst()
                        .cause())
                .isEqualTo(OrderCause.FORCED);
        assertThat(parts.facts()).endsWith("renewal.started", "certificate.accepted");
    }

    @Test
    void hearsAWishOnce() {
        RequestResult first = renewals.hear(wish("w1", about(Optional.of("shop"), Optional.empty())));

        assertThat(renewals.hear(wish("w1", about(Optional.of("shop"), Optional.empty()))))
                .isEqualTo(first);
        assertThat(parts.count("certificate_order")).isEqualTo(2);
    }

    @Test
    void namesTheOrderThatIsUnderWay() {
        renewals.hear(wish("w1", about(Optional.of("shop"), Optional.empty())));

        RequestResult second = renewals.hear(wish(
                "w2", new RenewalRequested(Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty())));

        assertThat(second).isInstanceOfSatisfying(RequestResult.Accepted.class, it -> assertThat(it.disposition())
                .isEqualTo(Disposition.ALREADY_RUNNING));
    }

    @Test
    void refusesWhatIsAboutNoCertificate() {
        assertRefused(ErrorCode.NOT_FOUND, about(Optional.of("gone"), Optional.empty()));
        assertRefused(ErrorCode.INVALID_FIELD, about(Optional.empty(), Optional.empty()));
        assertRefused(ErrorCode.INVALID_FIELD, about(Optional.of("shop"), Optional.of("x".repeat(501))));
        assertRefused(ErrorCode.NOT_FOUND, about(Optional.of("sh\0p"), Optional.empty()));
        assertThat(parts.facts()).endsWith("certificate.refused");
        assertThat(parts.count("certificate_order")).isEqualTo(1);
    }

    @Test
    void keepsTheKeyByChoiceButNeverOneThatSomebodyElseMayHave() {
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET key_reuse = true"));
        renewals.hear(wish("w1", about(Optional.of("shop"), Optional.empty())));
        assertThat(latest().travelling(1, ACME).keyReuse()).isTrue();
        Served.issue(parts, latest(), parts.clock.instant(), Duration.ofDays(90));

        parts.database.inTransaction(tx ->
                tx.execute("UPDATE issued_certificate SET revoked_at = now(), revocation_reason = 'keyCompromise'"));
        renewals.hear(wish("w2", about(Optional.of("shop"), Optional.empty())));

        assertThat(latest().cause()).isEqualTo(OrderCause.FORCED);
        assertThat(latest().travelling(1, ACME).keyReuse()).isFalse();
    }

    private StoredOrder latest() {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id)).getFirst();
    }

    private void assertRefused(ErrorCode code, RenewalRequested request) {
        assertThat(renewals.hear(wish("w" + request.hashCode(), request)))
                .isInstanceOfSatisfying(
                        RequestResult.Refused.class,
                        it -> assertThat(it.problems().getFirst().code()).isEqualTo(code));
    }

    private static RenewalRequested about(Optional<String> name, Optional<String> reason) {
        return new RenewalRequested(Optional.empty(), Optional.of("web"), name, reason);
    }

    private static RenewalSubmission wish(String id, RenewalRequested request) {
        return new RenewalSubmission("test", id, Optional.empty(), false, request, Optional.of(Parts.TRACEPARENT));
    }
}
