-- One row per certificate: its ids (UUIDv7, one minute apart), an owner (few owners have most certificates), an expiry within 60
-- days, and the state of its latest order.
CREATE UNLOGGED TABLE bench_row AS
SELECT i, owner, name, state, expires,
       (lpad(to_hex((extract(epoch FROM requested) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
           || '8' || substr(md5('c' || i), 1, 15))::uuid AS id,
       (lpad(to_hex((extract(epoch FROM requested) * 1000)::bigint + 1), 12, '0') || '7' || substr(md5(i::text), 1, 3)
           || '8' || substr(md5('f' || i), 1, 15))::uuid AS first_order,
       (lpad(to_hex((extract(epoch FROM expires) * 1000)::bigint - 7000000000), 12, '0') || '7' || substr(md5(i::text), 1, 3)
           || '8' || substr(md5('l' || i), 1, 15))::uuid AS latest_order,
       encode(sha256(i::text::bytea), 'hex') AS fingerprint, requested,
       ARRAY[name || '.example-' || i % 50000 || '.com', 'www.' || name || '.example-' || i % 50000 || '.com'] AS identifiers,
       ARRAY['host-' || i % 5000] AS targets
FROM (SELECT i,
             now() - (:rows + 1 - i) * interval '1 minute' AS requested,
             'team-' || lpad((floor(200 * pow((hashint8(i * 7)::bigint & 2147483647) / 2147483648.0, 4)))::int::text, 3, '0') AS owner,
             (ARRAY['shop', 'api', 'www', 'mail', 'login', 'cdn', 'search', 'ledger'])[1 + i % 8] || '-' || i AS name,
             now() + ((hashint8(i * 13)::bigint & 2147483647) / 2147483648.0) * interval '60 days' AS expires,
             CASE WHEN (hashint8(i * 31) & 1023) < 3 THEN 'FAILED'
                  WHEN (hashint8(i * 31) & 1023) < 6 THEN 'UNDEPLOYED'
                  WHEN (hashint8(i * 31) & 1023) < 9 THEN 'DUE'
                  WHEN (hashint8(i * 31) & 1023) < 12 THEN 'PLACED'
                  WHEN (hashint8(i * 31) & 1023) < 15 THEN 'AUTHORIZED'
                  WHEN (hashint8(i * 31) & 1023) < 40 THEN 'ISSUED'
                  ELSE 'DEPLOYED' END AS state
      FROM generate_series(1, :rows) AS i) AS r;

INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, latest_order_id, serial, fingerprint,
        not_before, not_after, vault_path, vault_version, created_at, updated_at)
SELECT id, owner, name, identifiers, 'pebble', 'EC_P256', targets,
       jsonb_build_object('env', CASE WHEN i % 10 = 0 THEN 'test' ELSE 'prod' END), latest_order, md5(i::text), fingerprint,
       expires - interval '90 days', expires, 'certificates/' || id, 2, requested, requested
FROM bench_row;

INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, placed_issuer, key_type, targets, state,
        latest, attempt, issued_fingerprint, created_at, updated_at)
SELECT first_order, id, name, owner, identifiers, 'pebble', 'pebble', 'EC_P256', targets, 'DEPLOYED', false, 1, fingerprint, requested,
       requested
FROM bench_row;

INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, placed_issuer, key_type, targets, state, latest,
        cause, attempt, due_at, deadline_at, acme_order, issued_fingerprint, problem, created_at, updated_at)
SELECT latest_order, id, name, owner, identifiers, 'pebble', 'pebble', 'EC_P256', targets, state, true, 'LIFETIME_SPENT', 1,
       CASE WHEN state = 'DUE' THEN now() + (i % 3600 - 3000) * interval '1 second' END,
       CASE WHEN state IN ('PLACED', 'AUTHORIZED') THEN now() + (i % 3600 - 3000) * interval '1 second' END,
       CASE WHEN state NOT IN ('DUE', 'FAILED') THEN jsonb_build_object('url', 'https://ca.example.com/order/' || i,
           'finalizeUrl', 'https://ca.example.com/finalize/' || i,
           'authorizationUrls', jsonb_build_array('https://ca.example.com/authz/' || i)) END,
       CASE WHEN state IN ('ISSUED', 'DEPLOYED', 'UNDEPLOYED') THEN fingerprint END,
       CASE WHEN state = 'FAILED' THEN '{"code": "ca-refused", "detail": "the CA refused the order"}'::jsonb END,
       expires - interval '80 days', expires - interval '80 days'
FROM bench_row;

INSERT INTO deployment (order_id, host, state, fingerprint)
SELECT first_order, targets[1], 'PROVEN', fingerprint FROM bench_row;

INSERT INTO deployment (order_id, host, state, fingerprint, problem)
SELECT latest_order, targets[1], CASE state WHEN 'ISSUED' THEN 'OUTSTANDING' WHEN 'DEPLOYED' THEN 'PROVEN' ELSE 'FAILED' END,
       CASE WHEN state <> 'ISSUED' THEN fingerprint END,
       CASE WHEN state = 'UNDEPLOYED' THEN '{"code": "reload-failed", "detail": "nginx did not reload"}'::jsonb END
FROM bench_row WHERE state IN ('ISSUED', 'DEPLOYED', 'UNDEPLOYED');

INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type, not_before, not_after, vault_path,
        vault_version, recorded_at, key_fingerprint, renewal_id)
SELECT fingerprint, id, latest_order, 'pebble', md5(i::text), 'EC_P256', expires - interval '90 days', expires,
       'certificates/' || id, 2, expires - interval '90 days', encode(sha256(('k' || i)::bytea), 'hex'),
       'aYhba4dGQEHhs3uEe6CuLN4ByNQ.' || md5(i::text)
FROM bench_row;

-- Some thousands of tasks are due; more polls than renewals.
INSERT INTO scheduled_task (certificate_id, kind, due_at, expires_at)
SELECT id, kind, now() + ((hashint8(i * 17)::bigint & 2147483647) / 2147483648.0 - late) * span, expires
FROM bench_row, (VALUES ('RENEW', interval '60 days', 0.005), ('POLL_ARI', interval '6 hours', 0.01),
    ('CHECK_STATUS', interval '1 day', 0.01)) AS c(kind, span, late);

INSERT INTO timeline (certificate_id, order_id, at, entry, detail)
SELECT id, latest_order, expires - interval '80 days', entry, '{"attempt": 1}'
FROM bench_row, (VALUES ('order.placed'), ('certificate.issued')) AS e(entry)
