-- What the order waits for while it is DUE and may not be placed, as a problem; and whose budget it has used.
ALTER TABLE certificate_order
    ADD COLUMN waiting  jsonb,
    ADD COLUMN budgeted integer NOT NULL DEFAULT 0,     -- the attempt whose share of a certificate was taken; 0 for none
    ADD COLUMN exempt   boolean NOT NULL DEFAULT false; -- the CA limits it in nothing (renewals by RFC 9773)

-- Orders are leased owner by owner.
DROP INDEX certificate_order_due;
CREATE INDEX certificate_order_due ON certificate_order (owner, due_at) WHERE state = 'DUE';

-- One of a CA's token buckets; one that is not there is full.
CREATE TABLE rate_limit_bucket (
    id           text PRIMARY KEY,          -- of the three that follow; the subject's digest where it is long
    issuer       text        NOT NULL,
    kind         text        NOT NULL,
    subject      text        NOT NULL,
    arrival      timestamptz NOT NULL,      -- theoretical arrival time: when it is full again
    closed_until timestamptz NOT NULL
);

-- A name whose control could not be proven, as long as nobody has proven it.
CREATE TABLE failing_name (
    issuer            text        NOT NULL,
    name              text        NOT NULL,
    failures          integer     NOT NULL, -- in a row
    failed_at         timestamptz NOT NULL,
    quarantined_until timestamptz,          -- nobody tries before; kept while somebody does
    problem           jsonb       NOT NULL, -- the last
    PRIMARY KEY (issuer, name)
);
CREATE INDEX failing_name_quarantined ON failing_name (quarantined_until) WHERE quarantined_until IS NOT NULL;
