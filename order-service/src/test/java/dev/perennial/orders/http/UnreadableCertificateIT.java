package dev.perennial.orders.http;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.renewal.NamedWindows;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A certificate whose order in progress cannot be read is shown with that problem. */
class UnreadableCertificateIT {
    private final ServiceFixture parts = new ServiceFixture();

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "null", "{\"url\":7}"})
    void showsTheProblemOfAnUnreadableOrder(String json) {
        AcceptedOrder bad = parts.accepted("r1", request("bad", List.of(), "bad.example.com"));
        parts.accepted("r2", request("good", List.of(), "good.example.com"));
        IssuedFixture.place(parts, bad.orderId());
        parts.database.inTransaction(tx ->
                tx.execute("UPDATE certificate_order SET acme_order = CAST(? AS jsonb) WHERE name = 'bad'", json));
        CertificatesResource resource = new CertificatesResource(
                new CurrentCaller(() -> ServiceFixture.CALLER, parts.database, parts.access),
                parts.certificateRequests,
                parts.database,
                new RenewalPlanner(parts.issuers, NamedWindows.NONE),
                parts.ownerPolicy);

        var shown = resource.get(bad.certificateId().toString());

        assertThat(shown.orders().getFirst().problem().orElseThrow().detail()).contains("cannot be read");
        assertThat(resource.list(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                "50",
                                Optional.empty())
                        .items())
                .hasSize(2);
    }
}
