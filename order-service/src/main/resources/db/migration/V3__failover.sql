-- The issuer at which an order is placed: another one than it asks for while that one is down. Absent before its first placement, and in
-- orders that are older than this column (there it was the one they ask for).
ALTER TABLE certificate_order ADD COLUMN ca text;

-- What an issuer fails at, order after order; a row goes with the first order for which it works.
CREATE TABLE failing_issuer (
    issuer   text        NOT NULL,
    step     text        NOT NULL,
    since    timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    failures integer     NOT NULL,
    probes   integer     NOT NULL,   -- orders sent there to see whether it is back
    probe_at timestamptz NOT NULL,   -- when the next one may be
    problem  jsonb       NOT NULL,
    PRIMARY KEY (issuer, step)
);
