package dev.perennial.orders.replacement;

import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.issuer.health.Failover;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.store.OwnerAtIssuer;
import dev.perennial.rules.replacement.Forecast;
import dev.perennial.rules.requests.OwnerPolicies;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Warnings about a plan for its approval. */
@Singleton
class PlanWarnings {
    private final Failover failover;
    private final Issuers issuers;
    private final CurrentPolicy policy;

    @Inject
    PlanWarnings(Failover failover, Issuers issuers, CurrentPolicy policy) {
        this.failover = failover;
        this.issuers = issuers;
        this.policy = policy;
    }

    List<String> of(
            Handle tx,
            UUID id,
            PlanRequest request,
            PlanTotals totals,
            int size,
            Forecast forecast,
            boolean someCannotBeDrilled,
            Instant now) {
        List<String> warnings = new ArrayList<>();
        if (someCannotBeDrilled) {
            warnings.add("some certificates are skipped, because their issuers have no rehearsal issuer");
        }
        int forbidden = request.drill() ? forbidden(tx, id) : 0;
        if (forbidden > 0) {
            warnings.add(
                    forbidden + " are skipped, because the policy does not let their owners use the rehearsal issuer");
        }
        int unserved = totals.withoutHost();
        if (unserved > 0) {
            warnings.add(
                    unserved
                            + " have no target host: they are done when they are issued, and their users must fetch them; they are replaced last");
        }
        long running = count(tx, id, """
                JOIN certificate_order o ON o.id = c.latest_order_id AND o.state IN ('DUE', 'PLACED', 'AUTHORIZED')""");
        if (running > 0 && !request.drill()) {
            warnings.add(running + " have an order in progress, which counts as their replacement");
        }
        long quarantined = count(tx, id, """
                JOIN failing_name f ON f.issuer = c.issuer AND f.quarantined_until IS NOT NULL
                    AND (f.name = ANY(c.identifiers) OR '*.' || f.name = ANY(c.identifiers))""");
        if (quarantined > 0) {
            warnings.add(quarantined + " have a name in quarantine and wait for its end: see GET /api/v1/quarantine");
        }
        Set<String> down = failover.down(tx, now);
        down.retainAll(totals.byIssuer().keySet());
        if (!down.isEmpty()) {
            warnings.add("issuers that are down: " + String.join(", ", new TreeSet<>(down)));
        }
        int late = size - forecast.byDeadline();
        if (late > 0) {
            warnings.add(late + " will not be replaced by " + request.deadline().orElseThrow()
                    + ": raise the limits at the CA, or the number of orders in progress at the same time");
        }
        return warnings;
    }

    /** The waiting items of a drill at rehearsal issuers that their owners may not use. */
    private int forbidden(Handle tx, UUID id) {
        OwnerPolicies owners = policy.read(tx);
        Map<OwnerAtIssuer, Integer> items = new HashMap<>();
        tx.createQuery("""
                SELECT c.owner, c.issuer, count(*) AS items
                FROM replacement_item i JOIN certificate c ON c.id = i.certificate_id
                WHERE i.replacement_id = :id AND i.state = 'WAITING' GROUP BY c.owner, c.issuer""")
                .bind("id", id)
                .map((row, context) -> Map.entry(
                        new OwnerAtIssuer(row.getString("owner"), row.getString("issuer")), row.getInt("items")))
                .forEach(entry -> items.put(entry.getKey(), entry.getValue()));
        return items.entrySet().stream()
                .filter(entry -> issuers.find(entry.getKey().issuer())
                        .flatMap(IssuerSettings::rehearsal)
                        .filter(rehearsal -> !owners.mayUse(entry.getKey().owner(), rehearsal))
                        .isPresent())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private static long count(Handle tx, UUID id, String join) {
        return tx.createQuery("""
                SELECT count(DISTINCT i.rank) FROM replacement_item i JOIN certificate c ON c.id = i.certificate_id\s""" + join + " WHERE i.replacement_id = :id AND i.state = 'WAITING'")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }
}
