-- An issued certificate that is to be revoked, or was, because somebody asked for it.
CREATE TABLE revocation (
    fingerprint    text PRIMARY KEY REFERENCES issued_certificate (fingerprint),
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    order_id       uuid        NOT NULL, -- the one of which the issued certificate came
    reason         text        NOT NULL, -- RFC 5280 section 5.3.1
    comment        text,
    request_id     text        NOT NULL,
    retired        boolean     NOT NULL, -- the certificate is not kept alive any more
    state          text        NOT NULL CHECK (state IN ('REPLACING', 'DUE', 'ORDERED', 'REVOKED', 'FAILED')),
    due_at         timestamptz,          -- when it is looked at next; absent at the end
    revoke_by      timestamptz,          -- REPLACING: it waits no longer than until then, if there is such a moment
    attempts       integer     NOT NULL, -- how often the issuance-service was told
    problem        jsonb,                -- why it is not revoked yet, or at all
    traceparent    text,
    requested_at   timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
CREATE INDEX revocation_due ON revocation (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX revocation_of ON revocation (certificate_id);
