-- Every certificate that a CA issued for a certificate that is kept alive.
CREATE TABLE issued_certificate (
    fingerprint       text PRIMARY KEY,     -- SHA-256 of the DER, hex
    certificate_id    uuid        NOT NULL REFERENCES certificate (id),
    order_id          uuid        NOT NULL,
    ca                text        NOT NULL, -- the issuer at which it was ordered
    serial            text        NOT NULL,
    key_type          text        NOT NULL,
    not_before        timestamptz NOT NULL,
    not_after         timestamptz NOT NULL,
    vault_path        text        NOT NULL,
    vault_version     bigint      NOT NULL,
    recorded_at       timestamptz NOT NULL,
    -- What its bytes say; absent in rows that are older than this table.
    der               bytea,
    issued_by         text,                 -- fingerprint of the CA's certificate
    key_fingerprint   text,                 -- SHA-256 of the SubjectPublicKeyInfo, hex
    renewal_id        text,                 -- RFC 9773 section 4.1; absent without an authority key identifier
    -- What the CA suggests (RFC 9773 section 4.2), as it said last.
    suggested_start   timestamptz,
    suggested_end     timestamptz,
    suggestion_url    text,
    revoked_at        timestamptz,
    revocation_reason text
);
CREATE INDEX issued_certificate_of ON issued_certificate (certificate_id, not_before);
CREATE INDEX issued_certificate_serial ON issued_certificate (serial);
CREATE INDEX issued_certificate_key ON issued_certificate (key_fingerprint);
CREATE INDEX issued_certificate_ca ON issued_certificate (ca, not_before);

-- The certificates of CAs, each once.
CREATE TABLE ca_certificate (
    fingerprint text PRIMARY KEY,
    der         bytea NOT NULL
);

-- Everything about a certificate that waits for its time. Narrow, because a wait that is put off must not rewrite the certificate.
CREATE TABLE chore (
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    chore          text        NOT NULL CHECK (chore IN ('RENEW', 'POLL_ARI', 'CHECK_STATUS')),
    due_at         timestamptz NOT NULL,    -- while somebody does it, the end of the lease
    expires_at     timestamptz NOT NULL,    -- of the certificate: whose turn it is among those that are due
    PRIMARY KEY (certificate_id, chore)
);
CREATE INDEX chore_due ON chore (chore, due_at, expires_at) INCLUDE (certificate_id);

-- Why the order was made, and the renewal id of the certificate that it replaces.
ALTER TABLE certificate_order
    ADD COLUMN cause text NOT NULL DEFAULT 'REQUESTED' CHECK (cause IN ('REQUESTED', 'FORCED', 'REPLACEMENT', 'REVOKED',
        'KEY_COMPROMISED', 'SUGGESTED_WINDOW', 'LIFETIME_SPENT', 'CONFIGURED_DAYS', 'EMERGENCY')),
    ADD COLUMN replaces text;

-- Those that are served today are renewed as well.
INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, ca, serial, key_type, not_before, not_after,
        vault_path, vault_version, recorded_at)
SELECT c.fingerprint, c.id, c.order_id, coalesce(o.ca, c.issuer), c.serial, c.key_type, c.not_before, c.not_after,
        c.vault_path, c.vault_version, c.updated_at
FROM certificate c JOIN certificate_order o ON o.id = c.order_id WHERE c.fingerprint IS NOT NULL;
INSERT INTO chore (certificate_id, chore, due_at, expires_at)
SELECT id, 'RENEW', not_before + (not_after - not_before) * 0.5, not_after FROM certificate WHERE fingerprint IS NOT NULL;
