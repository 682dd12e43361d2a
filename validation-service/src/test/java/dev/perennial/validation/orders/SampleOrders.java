package dev.perennial.validation.orders;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.validation.selfcheck.ControlQuery;
import dev.perennial.validation.selfcheck.ControlResult;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Creates orders for tests. */
final class SampleOrders {
    private SampleOrders() {}

    /** Reaches every control target. */
    static final ControlQuery REACHABLE = ca -> new ControlResult.Reachable(ca.getHost());

    static Order of(List<URI> authorizations, List<Identifier> identifiers) {
        return of(authorizations, identifiers, 1);
    }

    static Order of(List<URI> authorizations, List<Identifier> identifiers, int attempt) {
        return new Order(
                CertificateId.next(),
                OrderId.next(),
                attempt,
                "shop",
                "team",
                "ca",
                identifiers,
                KeyType.EC_P256,
                List.of(),
                new AcmeOrder(
                        URI.create("https://ca.example.com/order"),
                        URI.create("https://ca.example.com/finalize"),
                        authorizations,
                        Optional.empty()),
                false);
    }
}
