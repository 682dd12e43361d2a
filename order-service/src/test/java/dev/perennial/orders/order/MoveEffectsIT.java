package dev.perennial.orders.order;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.orders.parts.LogLines;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The alarm about a certificate that cannot be used. */
class MoveEffectsIT {
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());

    private final ServiceFixture parts = new ServiceFixture();
    private final AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
    private final LogLines log = new LogLines(MoveEffects.class);

    @BeforeEach
    void authorize() {
        apply(new Input.Placed(1, ACME));
        apply(new Input.Authorized(1));
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void namesTheIssuerAndTheNextAttempt() {
        apply(unusable(Finalization.MAYBE));

        assertThat(log.all()).singleElement().satisfies(line -> assertThat(line)
                .startsWith(
                        "ALARM: order " + answer.orderId() + " of 'shop': the certificate of the issuer local cannot"
                                + " be used: an extra name (no evidence). It was not used; the next attempt begins at ")
                .endsWith(". Follow docs/reference/errors.md#certificate-mismatch"));
    }

    @Test
    void namesTheIssuerThatWasLeftIfItsCertificateCannotBeUsed() {
        parts.database.inTransaction(tx -> {
            new Orders(tx).left(answer.orderId(), "other-ca");
            return answer;
        });

        apply(unusable(Finalization.NEVER));

        assertThat(log.all()).singleElement().satisfies(line -> assertThat(line)
                .contains(": the certificate of the issuer other-ca cannot be used"));
    }

    @Test
    void namesNoIssuerIfTheCertificateOfAnEarlierAttemptCannotBeUsed() {
        apply(unusable(Finalization.NEVER));

        assertThat(log.all()).singleElement().satisfies(line -> assertThat(line)
                .contains(": the certificate of an earlier attempt cannot be used"));
    }

    @Test
    void saysThatADrillHasFailed() {
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET purpose = 'DRILL'"));

        apply(unusable(Finalization.MAYBE));

        assertThat(log.all()).singleElement().satisfies(line -> assertThat(line)
                .contains(". It was not used, and the drill has failed. Follow "));
    }

    private static Input unusable(Finalization finalization) {
        return new Input.IssuanceFailed(1, Problem.of(ErrorCode.CERTIFICATE_MISMATCH, "an extra name"), finalization);
    }

    private void apply(Input input) {
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, answer.orderId(), input));
    }
}
