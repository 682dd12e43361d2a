-- A renewal that is over its retention and the current one, for each certificate; the names are those of scale-rows.sql.
CREATE UNLOGGED TABLE bench_renewal AS
SELECT i, age, over, certificate,
       (lpad(to_hex((extract(epoch FROM not_after) * 1000)::bigint - 4000000000), 12, '0') || '7' || substr(md5(i::text), 1, 3)
           || '8' || substr(md5('o' || over || i), 1, 15))::uuid AS id,
       encode(sha256((over || '-' || i)::bytea), 'hex') AS fingerprint, not_after,
       'shop-' || i AS name, 'team-' || i % 200 AS owner,
       ARRAY['shop-' || i || '.example-' || i % 50000 || '.com', 'www.shop-' || i || '.example-' || i % 50000 || '.com'] AS identifiers
FROM (SELECT i, over, age, now() - age * interval '1 day' AS not_after,
             ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid AS certificate
      FROM generate_series(1, :rows) AS i,
          LATERAL (VALUES (true, 410 + i % 90), (false, -1 - i % 46)) AS r(over, age)) AS renewals;

INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, latest_order_id, serial, fingerprint,
        not_before, not_after, vault_path, vault_version, created_at, updated_at)
SELECT certificate, owner, name, identifiers, 'letsencrypt', 'EC_P256', ARRAY['host-' || i % 5000], '{"env": "prod"}', id, md5(i::text),
       fingerprint, not_after - interval '47 days', not_after, 'certificates/' || certificate, 9, now() - interval '3 years', now()
FROM bench_renewal WHERE NOT over;

INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, placed_issuer, key_type, targets, state, latest,
        cause, attempt, acme_order, issued_fingerprint, traceparent, budgeted_attempt, created_at, updated_at)
SELECT id, certificate, name, owner, identifiers, 'letsencrypt', 'letsencrypt', 'EC_P256', ARRAY['host-' || i % 5000], 'DEPLOYED',
       NOT over, 'LIFETIME_SPENT', 1,
       jsonb_build_object('url', 'https://acme-v02.api.letsencrypt.org/acme/order/123456789/' || i,
           'finalizeUrl', 'https://acme-v02.api.letsencrypt.org/acme/finalize/123456789/' || i,
           'authorizationUrls', jsonb_build_array('https://acme-v02.api.letsencrypt.org/acme/authz/123456789/' || i,
               'https://acme-v02.api.letsencrypt.org/acme/authz/123456789/' || i + 1),
           'expires', not_after),
       fingerprint, '00-' || md5(i::text) || '-' || substr(md5('s' || i), 1, 16) || '-01', 1, not_after - interval '47 days',
       not_after - interval '47 days'
FROM bench_renewal;

INSERT INTO deployment (order_id, host, state, fingerprint) SELECT id, 'host-' || i % 5000, 'PROVEN', fingerprint FROM bench_renewal;

-- The DER encoding of a certificate with an EC key and two names has about a kilobyte; random bytes are not compressed.
INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type, not_before, not_after, vault_path,
        vault_version, recorded_at, der, ca_fingerprint, key_fingerprint, renewal_id, suggested_start, suggested_end)
SELECT fingerprint, certificate, id, 'letsencrypt', md5(i::text), 'EC_P256', not_after - interval '47 days', not_after,
       'certificates/' || certificate, 2, not_after - interval '47 days',
       (SELECT string_agg(sha256((fingerprint || n)::bytea), '') FROM generate_series(1, 30) AS n),
       encode(sha256('ca'), 'hex'), encode(sha256(('k' || over || i)::bytea), 'hex'),
       'aYhba4dGQEHhs3uEe6CuLN4ByNQ.' || md5(i::text), not_after - interval '17 days', not_after - interval '15 days'
FROM bench_renewal;

INSERT INTO certificate_status (fingerprint, status, since, checked_at, next_check_at, source)
SELECT fingerprint, 'GOOD', not_after - interval '46 days', not_after - interval '16 days', not_after - interval '15 days',
       'http://e7.c.lencr.org/63.crl'
FROM bench_renewal;

INSERT INTO scheduled_task (certificate_id, kind, due_at, expires_at)
SELECT certificate, kind, now() + (i % 1440 - 60) * interval '1 minute', not_after
FROM bench_renewal, (VALUES ('RENEW'), ('POLL_ARI'), ('CHECK_STATUS')) AS c(kind) WHERE NOT over;

INSERT INTO inbox (source, id, type, received_at)
SELECT 'certificate.issuances:/perennial/issuance-service', gen_random_uuid()::text, 'certificate.issued', now() - i % 30 * interval '1 day'
FROM generate_series(1, :rows) AS i;

-- The entries of a renewal for one host.
INSERT INTO timeline (certificate_id, order_id, at, entry, detail, trace_id)
SELECT certificate, id, not_after - interval '47 days', entry,
       CASE entry
           WHEN 'renewal.started' THEN jsonb_build_object('cause', 'LIFETIME_SPENT', 'replaces', fingerprint, 'expiresAt', not_after,
               'renewalTime', not_after, 'deadline', not_after)
           WHEN 'order.placed' THEN jsonb_build_object('state', 'PLACED', 'attempt', 1,
               'acmeOrder', 'https://acme-v02.api.letsencrypt.org/acme/order/123456789/' || i)
           WHEN 'order.authorized' THEN '{"state": "AUTHORIZED", "attempt": 1}'
           WHEN 'certificate.issued' THEN jsonb_build_object('state', 'ISSUED', 'attempt', 1, 'fingerprint', fingerprint)
           ELSE jsonb_build_object('state', 'DEPLOYED', 'attempt', 1, 'host', 'host-' || i % 5000) END,
       md5(i::text)
FROM bench_renewal, (VALUES ('renewal.started'), ('order.placed'), ('order.authorized'), ('certificate.issued'),
    ('certificate.deployed')) AS e(entry)
