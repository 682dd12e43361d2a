-- Many certificates that are replaced, or only drilled, according to a plan.
CREATE TABLE replacement (
    id            uuid PRIMARY KEY,
    drill         boolean     NOT NULL,
    state         text        NOT NULL CHECK (state IN ('PLANNED', 'RUNNING', 'PAUSED', 'DONE', 'CANCELLED')),
    reason        text        NOT NULL, -- why, in the words of whoever planned it
    selector      text        NOT NULL, -- in words; what it found is in the items
    plan          jsonb       NOT NULL, -- as it was shown
    at_once       integer     NOT NULL CHECK (at_once > 0),
    deadline      timestamptz,
    expires_at    timestamptz NOT NULL, -- of the plan: it is not approved any more then
    approved_at   timestamptz,
    running_since timestamptz,          -- the last approval or resumption: what failed before is forgiven
    ended_at      timestamptz,
    paused_for    jsonb,                -- the problem, where it paused by itself
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX replacement_unfinished ON replacement (id) WHERE state IN ('RUNNING', 'PAUSED', 'CANCELLED') AND ended_at IS NULL;

CREATE TABLE replacement_item (
    replacement_id  uuid        NOT NULL REFERENCES replacement (id),
    rank            integer     NOT NULL, -- the order in which they run
    certificate_id  uuid        NOT NULL REFERENCES certificate (id),
    fingerprint     text        NOT NULL, -- of the certificate that is replaced
    state           text        NOT NULL
        CHECK (state IN ('WAITING', 'UNDER_WAY', 'TROUBLED', 'DONE', 'FAILED', 'SKIPPED', 'NOT_SAMPLED')),
    due_at          timestamptz NOT NULL, -- WAITING: the CA's limits have no room for it before
    order_id        uuid,
    new_fingerprint text,
    released_at     timestamptz,
    settled_at      timestamptz,          -- when it came to the state in which it is, where that says how it went
    problem         jsonb,
    PRIMARY KEY (replacement_id, rank)
);
CREATE INDEX replacement_item_waiting ON replacement_item (replacement_id, rank) WHERE state = 'WAITING';
CREATE INDEX replacement_item_released ON replacement_item (replacement_id, rank) WHERE state IN ('UNDER_WAY', 'TROUBLED');
CREATE INDEX replacement_item_settled ON replacement_item (replacement_id, settled_at) WHERE settled_at IS NOT NULL;
