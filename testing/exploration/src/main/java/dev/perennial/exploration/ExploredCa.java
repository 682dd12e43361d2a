package dev.perennial.exploration;

import dev.perennial.events.AcmeOrder;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ACME orders of one CA. It issues once for each of them (RFC 8555 section 7.4). */
final class ExploredCa {
    static final Duration VALIDITY = Duration.ofDays(7);

    /** RFC 8555 section 7.1.6. */
    enum Status {
        PENDING,
        READY,
        PROCESSING,
        VALID,
        INVALID
    }

    /** @param key of the accepted CSR */
    record CaOrder(int number, Status status, Instant expires, Optional<PublicKey> key) {
        CaOrder with(Status next) {
            return new CaOrder(number, next, expires, key);
        }

        /** The order can never yield a certificate that the fleet could use. */
        boolean isDead(Instant now) {
            return status == Status.INVALID || !now.isBefore(expires);
        }

        boolean isFinalized() {
            return key.isPresent();
        }
    }

    final String name;
    final List<CaOrder> orders;
    Outage outage;

    ExploredCa(String name) {
        this(name, List.of(), Outage.NONE);
    }

    private ExploredCa(String name, List<CaOrder> orders, Outage outage) {
        this.name = name;
        this.orders = new ArrayList<>(orders);
        this.outage = outage;
    }

    ExploredCa copy() {
        return new ExploredCa(name, orders, outage);
    }

    AcmeOrder place(Instant now) {
        int number = orders.size();
        CaOrder order = new CaOrder(number, Status.PENDING, now.plus(VALIDITY), Optional.empty());
        orders.add(order);
        return new AcmeOrder(
                url("order", number),
                url("finalize", number),
                List.of(url("authorization", number)),
                Optional.of(order.expires()));
    }

    CaOrder order(URI anyUrlOfIt) {
        return orders.get(number(anyUrlOfIt));
    }

    void update(CaOrder order) {
        orders.set(order.number(), order);
    }

    URI url(String kind, int number) {
        return URI.create("https://" + name + ".test/" + kind + "/" + number);
    }

    static int number(URI url) {
        return Integer.parseInt(url.getPath().substring(url.getPath().lastIndexOf('/') + 1));
    }
}
