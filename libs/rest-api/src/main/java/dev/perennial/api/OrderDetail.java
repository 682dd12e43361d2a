package dev.perennial.api;

import dev.perennial.events.OrderId;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * An order.
 *
 * @param issuer where the order is placed; differs from the issuer of the certificate during a failover and a rehearsal
 * @param dueAt the time of the next step; absent if the order has ended
 * @param waiting why the order is not placed yet
 * @param problem the latest problem of the order
 */
public record OrderDetail(
        OrderId orderId,
        Purpose purpose,
        Cause cause,
        CertificateState state,
        int attempt,
        String issuer,
        Optional<Instant> dueAt,
        Optional<Waiting> waiting,
        Optional<URI> acmeOrderUrl,
        Optional<OrderProblem> problem,
        Optional<String> traceId,
        Instant createdAt,
        Instant updatedAt) {
    public OrderDetail {
        dueAt = Absent.asEmpty(dueAt);
        waiting = Absent.asEmpty(waiting);
        acmeOrderUrl = Absent.asEmpty(acmeOrderUrl);
        problem = Absent.asEmpty(problem);
        traceId = Absent.asEmpty(traceId);
    }
}
