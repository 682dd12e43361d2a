package dev.perennial.orders.placement;

import static dev.perennial.orders.placement.PlacerRuns.placer;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Orders at two issuers. At most 8 orders are in progress, 4 of one issuer. */
abstract class TwoIssuersSetup {
    static final PlacementConfig SMALL = new PlacerSetup(64, 8);
    static final String HANGING = "local";
    static final String HEALTHY = "staging";
    static final Problem TIMED_OUT = Problem.of(ErrorCode.CA_UNAVAILABLE, "no complete response within 20 s");

    final ServiceFixture parts = new ServiceFixture();
    final FakeAccounts accounts = new FakeAccounts();
    final Placer placer = placer(parts, accounts, SMALL);

    List<AcceptedOrder> orders(int count, String issuer, String owner) {
        List<AcceptedOrder> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = issuer + "-" + owner + "-" + i;
            all.add(parts.accepted(
                    name,
                    new CertificateRequested(
                            name,
                            owner,
                            List.of(new RequestedIdentifier("dns", name + ".example.com")),
                            Optional.of(issuer),
                            Optional.empty(),
                            List.of(),
                            Map.of())));
        }
        return all;
    }

    List<StoredOrder> in(StateName state, List<AcceptedOrder> orders) {
        return orders.stream()
                .map(parts::order)
                .filter(order -> StateName.of(order.state()) == state)
                .toList();
    }

    void issue(StoredOrder order) {
        move(order, new Input.Authorized(1));
        move(order, new Input.Issued(1, "f-" + order.id(), List.of()));
    }

    void move(StoredOrder order, Input input) {
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order.id(), input));
    }

    static Input.Rejected rejected() {
        return new Input.Rejected(1, List.of(TIMED_OUT));
    }
}
