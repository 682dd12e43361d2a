-- A certificate that is kept alive; it outlives its orders.
CREATE TABLE certificate (
    id            uuid PRIMARY KEY,
    owner         text        NOT NULL,
    name          text        NOT NULL,
    identifiers   text[]      NOT NULL,
    issuer        text        NOT NULL,
    key_type      text        NOT NULL,
    targets       text[]      NOT NULL,
    labels        jsonb       NOT NULL,
    order_id      uuid,                 -- the latest order; no foreign key, the two rows are born together
    serial        text,
    fingerprint   text,
    not_before    timestamptz,
    not_after     timestamptz,
    vault_path    text,
    vault_version bigint,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT certificate_owner_name UNIQUE (owner, name)
);
CREATE INDEX certificate_name ON certificate (name, id);
CREATE INDEX certificate_not_after ON certificate (not_after, id);
CREATE INDEX certificate_identifiers ON certificate USING gin (identifiers);

-- One intent to obtain one certificate, as it was asked for at the time.
CREATE TABLE certificate_order (
    id             uuid PRIMARY KEY,
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    name           text        NOT NULL,
    owner          text        NOT NULL,
    identifiers    text[]      NOT NULL,
    issuer         text        NOT NULL,
    key_type       text        NOT NULL,
    targets        text[]      NOT NULL,
    state          text        NOT NULL
        CHECK (state IN ('DUE', 'PLACED', 'AUTHORIZED', 'ISSUED', 'DEPLOYED', 'UNDEPLOYED', 'FAILED')),
    attempt        integer     NOT NULL,
    due_at         timestamptz,         -- DUE: when to place it (or the end of the lease); PLACED, AUTHORIZED: the deadline
    repeats        integer     NOT NULL DEFAULT 0, -- DUE: postponements; PLACED, AUTHORIZED: drives
    acme_order     jsonb,
    hosts          jsonb,               -- PLACED, AUTHORIZED: early reports; later the rollout
    problem        jsonb,
    traceparent    text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
CREATE INDEX certificate_order_due ON certificate_order (due_at) WHERE state = 'DUE';
CREATE INDEX certificate_order_deadline ON certificate_order (due_at) WHERE state IN ('PLACED', 'AUTHORIZED');
CREATE INDEX certificate_order_certificate ON certificate_order (certificate_id, id);
CREATE INDEX certificate_order_state ON certificate_order (state);
-- One intent must never yield two certificates: the last line of defence.
CREATE UNIQUE INDEX certificate_order_one_running ON certificate_order (certificate_id)
    WHERE state IN ('DUE', 'PLACED', 'AUTHORIZED');

-- A certificate's life as one story.
CREATE TABLE timeline (
    seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    order_id       uuid        NOT NULL,
    at             timestamptz NOT NULL,
    entry          text        NOT NULL,
    detail         jsonb       NOT NULL,
    trace_id       text
);
CREATE INDEX timeline_certificate ON timeline (certificate_id, seq);

-- What was heard already, by the CloudEvents identity (source, id).
CREATE TABLE inbox (
    source      text        NOT NULL,
    id          text        NOT NULL,
    received_at timestamptz NOT NULL,
    digest      text,                   -- of the request, where the same id may come with another one
    answer      jsonb,
    PRIMARY KEY (source, id)
);
CREATE INDEX inbox_received_at ON inbox (received_at);

-- What the world is to be told, in the order in which it became true.
CREATE TABLE outbox (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           text        NOT NULL,
    topic        text        NOT NULL,
    key          text        NOT NULL,
    type         text        NOT NULL,
    source       text        NOT NULL,
    time         timestamptz NOT NULL,
    data         bytea       NOT NULL,
    traceparent  text,
    published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
