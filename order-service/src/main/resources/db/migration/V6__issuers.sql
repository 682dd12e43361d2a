-- A CA that certificates may be ordered at.
CREATE TABLE issuer (
    name       text PRIMARY KEY,
    settings   jsonb       NOT NULL,
    managed_by text        NOT NULL CHECK (managed_by IN ('REST', 'FILE')),
    revision   bigint      NOT NULL,    -- that of the change which made it so
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Who changed what; it outlives the issuer.
CREATE TABLE issuer_change (
    revision   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer     text        NOT NULL,
    at         timestamptz NOT NULL,
    changed_by text        NOT NULL CHECK (changed_by IN ('REST', 'FILE')),
    before     jsonb,                   -- absent for a new issuer
    after      jsonb,                   -- absent for one that was deleted
    trace_id   text
);
CREATE INDEX issuer_change_issuer ON issuer_change (issuer, revision);

-- A row without data is a tombstone: it takes back what was last said under its key.
ALTER TABLE outbox ALTER COLUMN data DROP NOT NULL;
