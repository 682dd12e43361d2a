package dev.perennial.orders.parts;

import static dev.perennial.orders.parts.ServiceFixture.request;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.OrderId;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Creates certificates that are already issued. */
public final class IssuedFixture {
    private IssuedFixture() {}

    /** @param name of the certificate, and of its only identifier, below example.com */
    public static CertificateId with(ServiceFixture parts, String name, Instant notBefore, Duration life) {
        AcceptedOrder answer = parts.accepted(name, request(name, List.of(), name + ".example.com"));
        issue(parts, parts.order(answer), notBefore, life);
        return answer.certificateId();
    }

    /**
     * Issues the certificate of the order.
     *
     * @return its fingerprint
     */
    public static String issue(ServiceFixture parts, StoredOrder order, Instant notBefore, Duration life) {
        place(parts, order.id());
        String fingerprint = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
        new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused)
                .record(parts.event(new CertificateIssued(
                        order.certificateId(),
                        order.id(),
                        order.state().attempt(),
                        order.name(),
                        List.of(),
                        order.spec().targets(),
                        "ab12",
                        fingerprint,
                        notBefore,
                        notBefore.plus(life),
                        List.of(),
                        "certificates/" + order.certificateId(),
                        1,
                        order.isRehearsal(),
                        Optional.empty())));
        return fingerprint;
    }

    public static void place(ServiceFixture parts, OrderId order) {
        AcmeOrder acme = new AcmeOrder(
                URI.create("https://ca.test/order/" + order),
                URI.create("https://ca.test/finalize/" + order),
                List.of(),
                Optional.empty());
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order, new Input.Placed(1, acme)));
    }

    /**
     * Creates certificates of 90 days: the first expires an hour after {@code now}, the others a minute apart. All
     * are due.
     */
    public static void many(ServiceFixture parts, int count, Instant now) {
        parts.database.inTransaction(tx -> tx.createUpdate("""
                        WITH made AS (
                            INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, serial,
                                fingerprint, not_before, not_after, vault_path, vault_version, created_at, updated_at)
                            SELECT gen_random_uuid(), 'web', 'n' || i, ARRAY['n' || i || '.example.com'], 'local', 'EC_P256',
                                '{}', '{}', to_hex(i), lpad(to_hex(i), 64, '0'),
                                :now + interval '1 hour' + i * interval '1 minute' - interval '90 days',
                                :now + interval '1 hour' + i * interval '1 minute', 'certificates/' || i, 1, :now, :now
                            FROM generate_series(0, :count - 1) AS i
                            RETURNING *),
                        issued AS (
                            INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type,
                                not_before, not_after, vault_path, vault_version, recorded_at)
                            SELECT fingerprint, id, id, issuer, serial, key_type, not_before, not_after, vault_path,
                                vault_version, created_at FROM made)
                        INSERT INTO scheduled_task (certificate_id, kind, due_at, expires_at)
                        SELECT id, 'RENEW', :now - interval '1 hour', not_after FROM made""")
                .bind("now", Columns.at(now))
                .bind("count", count)
                .execute());
    }
}
