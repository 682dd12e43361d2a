package dev.perennial.orders.http;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Resources that the service has, so that generated requests find something.
 *
 * @param certificate id of a certificate that is served, has a revocation and a status; also of an approval that waits
 * @param issuer that the issuers file manages, so that no request deletes it
 */
record ExistingResources(UUID certificate, String owner, String issuer) {
    private static final String FINGERPRINT = "ab".repeat(32);

    /** Inserts a served certificate and a quarantined name, which exist only after other services have worked. */
    static ExistingResources insert(String database, String issuer) throws SQLException {
        ExistingResources existing = new ExistingResources(UUID.randomUUID(), "existing", issuer);
        try (var connection = DriverManager.getConnection(database, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO host (name, labels, registered_by, registered_at)
                    VALUES ('web-1', '{"zone":"a"}', 'token:admin', now());
                    INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, serial, fingerprint,
                        not_before, not_after, vault_path, vault_version, created_at, updated_at)
                    VALUES ('%1$s', '%2$s', 'served', '{served.example.com}', '%3$s', 'EC_P256', '{web-1}', '{"team":"web"}',
                        'ab12', '%4$s', now() - interval '1 day', now() + interval '89 days', 'certificates/%1$s', 1, now(), now());
                    INSERT INTO certificate_order (id, certificate_id, latest, name, owner, identifiers, issuer, key_type, targets,
                        state, attempt, issued_fingerprint, created_at, updated_at)
                    VALUES ('%1$s', '%1$s', true, 'served', '%2$s', '{served.example.com}', '%3$s', 'EC_P256', '{web-1}',
                        'DEPLOYED', 1, '%4$s', now(), now());
                    UPDATE certificate SET latest_order_id = id WHERE id = '%1$s';
                    INSERT INTO deployment (order_id, host, state, fingerprint) VALUES ('%1$s', 'web-1', 'PROVEN', '%4$s');
                    INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type, not_before,
                        not_after, vault_path, vault_version, recorded_at, suggested_start, suggested_end, suggestion_url)
                    SELECT fingerprint, id, id, issuer, serial, key_type, not_before, not_after, vault_path, vault_version, now(),
                        now() + interval '50 days', now() + interval '60 days', 'https://ca.example.com/why' FROM certificate
                    WHERE id = '%1$s';
                    INSERT INTO certificate_status (fingerprint, status, since, checked_at, next_check_at, source, detail)
                    VALUES ('%4$s', 'GOOD', now(), now(), now() + interval '1 day', 'CRL', 'https://ca.example.com/crl');
                    INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, request_id, retired, state, attempts,
                        problem, requested_at, updated_at)
                    VALUES ('%4$s', '%1$s', '%1$s', 'superseded', 'r1', false, 'FAILED', 1,
                        '{"code":"ca-unavailable","detail":"the CA did not respond"}', now(), now());
                    INSERT INTO timeline (certificate_id, order_id, at, entry, detail)
                    VALUES ('%1$s', '%1$s', now(), 'certificate.deployed', '{"host":"web-1"}');
                    INSERT INTO approval (id, action, owner, name, issuer, requester, grants, configured_grants, memberships,
                        interface, payload,
                        effects, digest, source, request_id, answered, required_role, rule, state, created_at, expires_at)
                    VALUES ('%1$s', 'certificate:request', '%2$s', 'waiting', '%3$s', 'user:requester@corp',
                        '[{"role":"REQUESTER","owners":["%2$s"],"names":["*"],"issuers":["*"]}]', '[]', '[]', 'REST',
                        '{"name":"waiting","owner":"%2$s","issuer":"%3$s",
                          "identifiers":[{"type":"dns","value":"waiting.example.com"}]}',
                        '[]', 'd', 'rest:user:requester@corp', 'r1', true, 'APPROVER', 'owners.%2$s.approvals.requests',
                        'WAITING', now(), now() + interval '1 day');
                    INSERT INTO failing_name (issuer, name, failures, failed_at, quarantined_until, problem)
                    VALUES ('%3$s', 'failing.example.com', 5, now(), now() + interval '1 day',
                        '{"code":"challenge-failed","detail":"the CA got no response"}')
                    """.formatted(existing.certificate, existing.owner, issuer, FINGERPRINT));
        }
        return existing;
    }
}
