-- The schema of the order-service. Until the first release this file may be rewritten; after it, every change is a
-- new migration that first expands and, one release later, contracts.
-- Conventions: times are timestamptz, identifiers of certificates and orders are UUIDv7, fingerprints are SHA-256 of
-- the DER in lower-case hex, problems are stored as jsonb with the fields of the REST API and the events.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A certificate that Perennial keeps valid. It outlives its orders.
CREATE TABLE certificate (
    id              uuid PRIMARY KEY,
    owner           text        NOT NULL,
    name            text        NOT NULL,
    identifiers     text[]      NOT NULL, -- DNS names and IP addresses
    issuer          text        NOT NULL, -- the issuer that the request names
    key_type        text        NOT NULL,
    targets         text[]      NOT NULL, -- hosts that serve it
    key_reuse       boolean     NOT NULL DEFAULT false, -- a renewal keeps the key
    labels          jsonb       NOT NULL,
    latest_order_id uuid,                 -- no foreign key: both rows are inserted in one transaction
    -- The version in Vault; absent until the first issuance.
    serial          text,
    fingerprint     text,
    not_before      timestamptz,
    not_after       timestamptz,
    vault_path      text,
    vault_version   bigint,
    -- Set when the certificate is no longer renewed.
    retired_at      timestamptz,
    retired_reason  text,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT certificate_owner_name UNIQUE (owner, name),
    CONSTRAINT certificate_retired CHECK ((retired_at IS NULL) = (retired_reason IS NULL))
);
-- The inventory's criteria and its two orders, by id and by expiry.
CREATE INDEX certificate_name ON certificate (name, id);
CREATE INDEX certificate_name_part ON certificate USING gin (name gin_trgm_ops);
CREATE INDEX certificate_owner ON certificate (owner, id);
CREATE INDEX certificate_not_after ON certificate (not_after, id);
-- Finds the certificates that name a host.
CREATE INDEX certificate_targets ON certificate USING gin (targets) WHERE retired_at IS NULL;
CREATE INDEX certificate_identifiers ON certificate USING gin (identifiers);

-- One attempt to obtain one certificate, with the specification as it was when the order was made.
CREATE TABLE certificate_order (
    id                  uuid PRIMARY KEY,
    certificate_id      uuid        NOT NULL REFERENCES certificate (id),
    latest              boolean     NOT NULL DEFAULT false, -- the latest order of its certificate; never a drill
    -- Specification.
    name                text        NOT NULL,
    owner               text        NOT NULL,
    identifiers         text[]      NOT NULL,
    issuer              text        NOT NULL, -- the issuer that the request names
    key_type            text        NOT NULL,
    targets             text[]      NOT NULL,
    key_reuse           boolean     NOT NULL DEFAULT false,
    -- Origin.
    purpose             text        NOT NULL DEFAULT 'LIVE' CHECK (purpose IN ('LIVE', 'REHEARSAL', 'DRILL')),
    cause               text        NOT NULL DEFAULT 'REQUESTED'
        CHECK (cause IN ('REQUESTED', 'RENEWAL_REQUESTED', 'REPLACEMENT', 'REVOKED', 'KEY_COMPROMISED',
            'SUGGESTED_WINDOW', 'LIFETIME_SPENT', 'CONFIGURED_DAYS', 'EMERGENCY')),
    requested           boolean     NOT NULL DEFAULT false, -- created by a request, not by Perennial
    replaces_renewal_id text,                 -- RFC 9773 section 4.1, of the certificate that this order replaces
    replaces_issuer     text,                 -- the issuer of that certificate; "replaces" means nothing to another one
    limits_exempt       boolean     NOT NULL DEFAULT false, -- replaces_issuer exempts it from its rate limits (RFC 9773)
    initiator           text        NOT NULL DEFAULT '/perennial/order-service', -- on whose behalf: a principal, or a service
    traceparent         text,
    -- State.
    state               text        NOT NULL
        CHECK (state IN ('DUE', 'PLACED', 'AUTHORIZED', 'ISSUED', 'DEPLOYED', 'UNDEPLOYED', 'REHEARSED', 'FAILED')),
    attempt             integer     NOT NULL, -- 1 for the first ACME order
    due_at              timestamptz,          -- DUE: a worker may take the order from then on; while leased, the lease's end
    deadline_at         timestamptz,          -- PLACED, AUTHORIZED, ISSUED, UNDEPLOYED: the supervisor acts then
    postponements       integer     NOT NULL DEFAULT 0, -- DUE: placements that the CA could not accept in this attempt
    resumptions         integer     NOT NULL DEFAULT 0, -- PLACED, AUTHORIZED: how often the order was sent out again
    reminders           integer     NOT NULL DEFAULT 0, -- ISSUED, UNDEPLOYED: how often the hosts were reminded
    placed_issuer       text,                 -- where it is or was placed last: after a failover not the issuer above
    acme_order          jsonb,                -- the last ACME order
    unresolved_issuer         text,                 -- an issuer that may have issued a certificate for an earlier attempt
    unusable            integer     NOT NULL DEFAULT 0, -- certificates of this order that could not be used
    unusable_at         timestamptz,          -- when the last of them was issued
    issued_fingerprint  text,                 -- from ISSUED on
    problem             jsonb,                -- why the order is in this state; PLACED, AUTHORIZED: why it waits to be resumed
    wait_problem        jsonb,                -- DUE: why it may not be placed yet although it is due
    waits_for_issuer    text        NOT NULL -- DUE: the issuer with too many orders in progress for this one; otherwise ''
        GENERATED ALWAYS AS (CASE WHEN wait_problem ->> 'code' = 'waiting-for-capacity'
            THEN coalesce(placed_issuer, issuer) ELSE '' END) STORED,
    budgeted_attempt    integer     NOT NULL DEFAULT 0, -- the attempt that has taken its share of the CA's limits; 0: none
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    CONSTRAINT certificate_order_due_at CHECK ((state = 'DUE') = (due_at IS NOT NULL)),
    CONSTRAINT certificate_order_deadline_at
        CHECK (deadline_at IS NULL OR state IN ('PLACED', 'AUTHORIZED', 'ISSUED', 'UNDEPLOYED'))
);
-- Workers lease orders owner by owner, and within an owner first attempts and repeated ones in turn.
CREATE INDEX certificate_order_due ON certificate_order (owner, waits_for_issuer, (attempt > 1), due_at)
    WHERE state = 'DUE';
CREATE INDEX certificate_order_waits ON certificate_order (waits_for_issuer) WHERE waits_for_issuer > '';
-- Counts the orders that a service processes.
CREATE INDEX certificate_order_processed ON certificate_order (updated_at)
    WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NULL;
CREATE INDEX certificate_order_renewals ON certificate_order (due_at) WHERE state = 'DUE' AND cause <> 'REQUESTED';
-- The supervisor selects overdue orders owner by owner.
CREATE INDEX certificate_order_deadline ON certificate_order (owner, deadline_at) WHERE deadline_at IS NOT NULL;
CREATE INDEX certificate_order_resumed ON certificate_order (deadline_at)
    WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NOT NULL;
-- Finds times that were stored with a clock that was ahead.
CREATE INDEX certificate_order_updated ON certificate_order (updated_at)
    WHERE due_at IS NOT NULL OR deadline_at IS NOT NULL;
-- Finds the order that is already placed as an ACME order. An index cannot contain a long text.
CREATE INDEX certificate_order_acme_order ON certificate_order (md5(acme_order ->> 'url'))
    WHERE state IN ('PLACED', 'AUTHORIZED');
-- Counts the orders that requests of an owner created in a day.
CREATE INDEX certificate_order_requested ON certificate_order (owner, created_at) WHERE requested;
CREATE INDEX certificate_order_certificate ON certificate_order (certificate_id, id);
CREATE UNIQUE INDEX certificate_order_latest ON certificate_order (certificate_id) WHERE latest;
-- Orders without a certificate, by the time of their end. An order with a certificate is deleted with it.
CREATE INDEX certificate_order_ended ON certificate_order (updated_at, id)
    WHERE state IN ('FAILED', 'REHEARSED') AND NOT latest;
CREATE INDEX certificate_order_latest_state ON certificate_order (state, certificate_id) WHERE latest;
-- Prevents two certificates for one intent. A rehearsal is in flight until its last dry run has
-- passed: the same transaction inserts the live order. A drill runs beside other orders.
CREATE UNIQUE INDEX certificate_order_in_flight ON certificate_order (certificate_id)
    WHERE purpose <> 'DRILL'
        AND (state IN ('DUE', 'PLACED', 'AUTHORIZED') OR (purpose = 'REHEARSAL' AND state IN ('ISSUED', 'UNDEPLOYED')));

-- The deployment of an order's certificate on one host. From ISSUED on there is one row per target. Before that (DUE from the
-- second attempt on, PLACED, AUTHORIZED) there is a row for each host that reported before the issuance was reported. Written
-- only under the lock of the order's row.
CREATE TABLE deployment (
    order_id    uuid    NOT NULL REFERENCES certificate_order (id),
    host        text    NOT NULL,
    wave        integer NOT NULL DEFAULT 0,
    state       text    NOT NULL CHECK (state IN ('OUTSTANDING', 'PROVEN', 'FAILED')),
    fingerprint text,           -- of the certificate that the host's last report is about; absent before the first one
    problem     jsonb,          -- FAILED: the reason in that report
    PRIMARY KEY (order_id, host),
    CONSTRAINT deployment_problem CHECK ((state = 'FAILED') = (problem IS NOT NULL)),
    CONSTRAINT deployment_fingerprint CHECK ((state = 'OUTSTANDING') = (fingerprint IS NULL))
);

-- ACME orders that were left although their CA may have issued a certificate.
CREATE TABLE unresolved_acme_order (
    order_id     uuid        NOT NULL REFERENCES certificate_order (id),
    issuer       text        NOT NULL,
    acme_order   jsonb       NOT NULL,
    check_at     timestamptz NOT NULL, -- when the CA is asked next
    scheduled_at timestamptz NOT NULL DEFAULT now() -- when check_at was stored
);
CREATE INDEX unresolved_acme_order_check ON unresolved_acme_order (check_at);
CREATE INDEX unresolved_acme_order_order ON unresolved_acme_order (order_id);

-- The history of a certificate. Append-only, and the table with most rows: the service creates a partition for each month (UTC),
-- and drops it when all of it is older than the retention. Without a foreign key, because dropping a partition would lock the
-- table that it refers to; certificates are not deleted.
CREATE TABLE timeline (
    seq            bigint GENERATED ALWAYS AS IDENTITY,
    certificate_id uuid        NOT NULL,
    order_id       uuid        NOT NULL,
    at             timestamptz NOT NULL,
    entry          text        NOT NULL,
    detail         jsonb       NOT NULL,
    initiator      text,                 -- on whose behalf: a principal, or a service
    trace_id       text
) PARTITION BY RANGE (at);
CREATE INDEX timeline_certificate ON timeline (certificate_id, seq);
-- Entries of months without a partition, for example of a replica whose clock is wrong.
CREATE TABLE timeline_default PARTITION OF timeline DEFAULT;
CREATE INDEX timeline_default_at ON timeline_default (at);

-- Every certificate that a CA issued.
CREATE TABLE issued_certificate (
    fingerprint       text PRIMARY KEY,
    certificate_id    uuid        NOT NULL REFERENCES certificate (id),
    order_id          uuid        NOT NULL,
    issuer            text        NOT NULL, -- the issuer at which the order was placed
    serial            text        NOT NULL,
    key_type          text        NOT NULL,
    not_before        timestamptz NOT NULL,
    not_after         timestamptz NOT NULL,
    vault_path        text        NOT NULL,
    vault_version     bigint      NOT NULL,
    recorded_at       timestamptz NOT NULL,
    -- Read from the chain; absent when it could not be parsed.
    der               bytea,
    ca_fingerprint    text,                 -- of the CA's certificate, see ca_certificate
    key_fingerprint   text,                 -- SHA-256 of the SubjectPublicKeyInfo, hex
    renewal_id        text,                 -- RFC 9773 section 4.1; absent without an authority key identifier
    -- The renewal window that the CA suggested last (RFC 9773 section 4.2).
    suggested_start   timestamptz,
    suggested_end     timestamptz,
    suggestion_url    text,
    revoked_at        timestamptz,
    revocation_reason text
);
CREATE INDEX issued_certificate_certificate ON issued_certificate (certificate_id, not_before);
CREATE INDEX issued_certificate_serial ON issued_certificate (serial);
CREATE INDEX issued_certificate_key ON issued_certificate (key_fingerprint);
CREATE INDEX issued_certificate_issuer ON issued_certificate (issuer, not_before);
CREATE INDEX issued_certificate_not_after ON issued_certificate (not_after);

-- The certificates of the CAs that signed them, each stored once.
CREATE TABLE ca_certificate (
    fingerprint text PRIMARY KEY,
    der         bytea NOT NULL
);

-- The next due time of each recurring task of a certificate. A narrow table: a postponed task does not rewrite the certificate.
CREATE TABLE scheduled_task (
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    kind           text        NOT NULL CHECK (kind IN ('RENEW', 'POLL_ARI', 'CHECK_STATUS')),
    due_at         timestamptz NOT NULL,           -- while leased, the lease's end
    scheduled_at   timestamptz NOT NULL DEFAULT now(), -- when due_at was stored
    expires_at     timestamptz NOT NULL,           -- of the certificate: due tasks run in this order
    failures       integer     NOT NULL DEFAULT 0, -- in a row
    PRIMARY KEY (certificate_id, kind)
) WITH (
    -- The scan for due tasks is index-only as long as the visibility map is current. With PostgreSQL's defaults, a fifth of some
    -- million rows may change before it is updated.
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);
-- Finds times that were stored with a clock that was ahead. Not BRIN: its ranges would keep these times after their correction.
CREATE INDEX scheduled_task_scheduled ON scheduled_task (scheduled_at);
CREATE INDEX scheduled_task_due ON scheduled_task (kind, due_at, expires_at) INCLUDE (certificate_id);

-- The revocation status of an issued certificate, as its CRL or OCSP responder gave it last.
CREATE TABLE certificate_status (
    fingerprint   text PRIMARY KEY REFERENCES issued_certificate (fingerprint),
    status        text        NOT NULL CHECK (status IN ('GOOD', 'REVOKED', 'UNKNOWN', 'NOT_OFFERED', 'UNAVAILABLE')),
    since         timestamptz NOT NULL, -- the first check with this status
    checked_at    timestamptz NOT NULL,
    next_check_at timestamptz NOT NULL,
    source        text,                 -- the URL that gave the status
    detail        text                  -- why the status is not available
);

-- A requested revocation of an issued certificate.
CREATE TABLE revocation (
    fingerprint    text PRIMARY KEY REFERENCES issued_certificate (fingerprint),
    certificate_id uuid        NOT NULL REFERENCES certificate (id),
    order_id       uuid        NOT NULL, -- the order that issued it
    reason         text        NOT NULL, -- RFC 5280 section 5.3.1
    comment        text,
    request_id     text        NOT NULL,
    retired        boolean     NOT NULL, -- the request also retires the certificate
    state          text        NOT NULL CHECK (state IN ('REPLACING', 'DUE', 'ORDERED', 'REVOKED', 'FAILED')),
    due_at         timestamptz,          -- the next evaluation; absent in a final state
    scheduled_at   timestamptz NOT NULL DEFAULT now(), -- when due_at was stored
    revoke_by      timestamptz,          -- REPLACING: revoke then even if the replacement is not deployed; absent: never
    attempts       integer     NOT NULL, -- requests to the issuance-service
    problem        jsonb,                -- why it is not revoked
    initiator      text        NOT NULL DEFAULT '/perennial/order-service', -- the principal that requested it
    traceparent    text,
    requested_at   timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
CREATE INDEX revocation_due ON revocation (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX revocation_certificate ON revocation (certificate_id);

-- The keys that were reported as compromised. Kept for good: revocations and issued certificates are deleted, and a certificate
-- with such a key must be revoked whenever it appears.
CREATE TABLE compromised_key (
    key_fingerprint text PRIMARY KEY,     -- SHA-256 of the SubjectPublicKeyInfo, hex
    reported_at     timestamptz NOT NULL,
    -- Of the request that reported it; absent if its CA did.
    request_id      text,
    comment         text,
    revoke_by       timestamptz,
    initiator       text,
    traceparent     text
);

-- A plan that replaces, or drills the replacement of, many certificates.
CREATE TABLE replacement (
    id             uuid PRIMARY KEY,
    drill          boolean     NOT NULL,
    state          text        NOT NULL CHECK (state IN ('PLANNED', 'RUNNING', 'PAUSED', 'DONE', 'CANCELLED')),
    reason         text        NOT NULL,
    selector       text        NOT NULL, -- for people; the selected certificates are in replacement_item
    plan           jsonb       NOT NULL, -- as it was shown for approval
    max_concurrent integer     NOT NULL CHECK (max_concurrent > 0),
    -- What the plan shows; with four eyes, no more without another approval.
    planned_concurrent integer NOT NULL,
    deadline       timestamptz,
    expires_at     timestamptz NOT NULL, -- PLANNED: it can be approved until then
    approved_at    timestamptz,
    running_since  timestamptz,          -- the approval or the last resumption; earlier failures no longer count
    ended_at       timestamptz,
    pause_problem  jsonb,                -- PAUSED by failures: the reason
    initiator      text        NOT NULL DEFAULT '/perennial/order-service', -- the principal that planned it
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
CREATE INDEX replacement_unfinished ON replacement (id)
    WHERE state IN ('RUNNING', 'PAUSED', 'CANCELLED') AND ended_at IS NULL;

CREATE TABLE replacement_item (
    replacement_id  uuid        NOT NULL REFERENCES replacement (id),
    rank            integer     NOT NULL, -- items run in this order
    certificate_id  uuid        NOT NULL REFERENCES certificate (id),
    fingerprint     text        NOT NULL, -- of the certificate that is replaced
    state           text        NOT NULL
        CHECK (state IN ('WAITING', 'IN_PROGRESS', 'RETRYING', 'DONE', 'FAILED', 'SKIPPED', 'NOT_SAMPLED')),
    due_at          timestamptz NOT NULL, -- WAITING: the CA's limits allow it from then on
    scheduled_at    timestamptz NOT NULL DEFAULT now(), -- when due_at was stored
    order_id        uuid,
    new_fingerprint text,
    released_at     timestamptz,
    settled_at      timestamptz,          -- when it reached RETRYING or a final state
    problem         jsonb,
    PRIMARY KEY (replacement_id, rank)
);
CREATE INDEX replacement_item_scheduled ON replacement_item (scheduled_at) WHERE state = 'WAITING';
CREATE INDEX replacement_item_waiting ON replacement_item (replacement_id, rank) WHERE state = 'WAITING';
CREATE INDEX replacement_item_released ON replacement_item (replacement_id, rank)
    WHERE state IN ('IN_PROGRESS', 'RETRYING');
CREATE INDEX replacement_item_settled ON replacement_item (replacement_id, settled_at) WHERE settled_at IS NOT NULL;

-- A configured issuer.
CREATE TABLE issuer (
    name       text PRIMARY KEY,
    settings   jsonb       NOT NULL,
    managed_by text        NOT NULL CHECK (managed_by IN ('REST', 'FILE')),
    revision   bigint      NOT NULL, -- of the change that made it so
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The audit log of issuers. Its rows outlive the issuer.
CREATE TABLE issuer_change (
    revision   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issuer     text        NOT NULL,
    at         timestamptz NOT NULL,
    changed_by text        NOT NULL CHECK (changed_by IN ('REST', 'FILE')),
    before     jsonb,                -- absent for a new issuer
    after      jsonb,                -- absent for a deleted issuer
    trace_id   text
);
CREATE INDEX issuer_change_issuer ON issuer_change (issuer, revision);

-- The policy of the owners: the row with the highest revision applies; without a row, no owner is restricted. Rows are never
-- changed; a change deletes the oldest ones.
CREATE TABLE policy_revision (
    revision  bigint PRIMARY KEY, -- from 1 on, without gaps
    document  jsonb       NOT NULL,
    principal text        NOT NULL, -- who made the change
    trace_id  text,
    at        timestamptz NOT NULL
);

-- A token bucket of a CA's rate limits. A bucket without a row is full.
CREATE TABLE rate_limit_bucket (
    id           text PRIMARY KEY,     -- of the next three columns; a long subject is hashed
    issuer       text        NOT NULL,
    kind         text        NOT NULL,
    subject      text        NOT NULL,
    arrival      timestamptz NOT NULL, -- theoretical arrival time (GCRA): the bucket is full again then
    closed_until timestamptz NOT NULL
);

-- A name whose validation failed. The next successful validation deletes the row.
CREATE TABLE failing_name (
    issuer            text        NOT NULL,
    name              text        NOT NULL,
    failures          integer     NOT NULL, -- in a row
    failed_at         timestamptz NOT NULL,
    quarantined_until timestamptz,          -- no attempt before; kept during the attempt that follows
    problem           jsonb       NOT NULL, -- the last one
    failed_by_ca      boolean     NOT NULL DEFAULT false, -- whether one of the failures was the CA's, not only the self-check's
    PRIMARY KEY (issuer, name)
);
CREATE INDEX failing_name_quarantined ON failing_name (quarantined_until) WHERE quarantined_until IS NOT NULL;

-- A step at which an issuer fails for order after order. The next order for which the step works deletes the row.
CREATE TABLE failing_issuer (
    issuer   text        NOT NULL,
    step     text        NOT NULL,
    since    timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    failures integer     NOT NULL,
    probes   integer     NOT NULL, -- orders that were placed to test whether it is available again
    probe_at timestamptz NOT NULL, -- the earliest time of the next one
    problem  jsonb       NOT NULL,
    PRIMARY KEY (issuer, step)
);

-- Messages that were handled, by their topic and CloudEvents identity.
CREATE TABLE inbox (
    source      text        NOT NULL, -- <topic>:<CloudEvents source>; the REST API has its own
    id          text        NOT NULL,
    type        text,                -- the same id with another type is refused; absent for an unreadable record
    received_at timestamptz NOT NULL,
    digest      text,                -- of a request: the same id with another content is refused
    answer      jsonb,
    PRIMARY KEY (source, id)
);
CREATE INDEX inbox_received_at ON inbox (received_at);

-- Messages to publish, in this order for each key.
CREATE TABLE outbox (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           text        NOT NULL,
    topic        text        NOT NULL,
    key          text        NOT NULL,
    type         text        NOT NULL,
    source       text        NOT NULL,
    time         timestamptz NOT NULL,
    data         bytea,               -- absent for a tombstone
    initiator    text,                -- on whose behalf: a principal, or a service
    traceparent  text,
    published_at timestamptz,
    CONSTRAINT outbox_initiator CHECK (data IS NULL OR initiator IS NOT NULL)
);
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- Which replica publishes the outbox.
CREATE TABLE relay_lease (
    id         boolean     PRIMARY KEY DEFAULT true CHECK (id), -- one row
    holder     uuid        NOT NULL, -- of one process
    expires_at timestamptz NOT NULL  -- by the clock of the database
);

-- A token of a program or a person that no identity provider knows. Only the digest of its secret is stored.
CREATE TABLE service_token (
    id           text PRIMARY KEY,
    name         text        NOT NULL, -- the principal is token:<name>
    digest       text        NOT NULL, -- SHA-256 of the whole token, hex
    grants       jsonb       NOT NULL,
    created_by   text        NOT NULL, -- the principal
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    approval     uuid,                 -- by a second person, before the token counts; absent if it needs none
    activated_at timestamptz,          -- absent if it waits for the approval, or has never had it
    revoked_at   timestamptz,
    revoked_by   text,
    last_used_at timestamptz           -- exact to a minute
);
CREATE UNIQUE INDEX service_token_name ON service_token (name) WHERE revoked_at IS NULL;
CREATE INDEX service_token_approval ON service_token (approval) WHERE activated_at IS NULL;

-- The hosts that run an agent. Rows of removed hosts are kept, so that their facts and the record of access remain readable.
CREATE TABLE host (
    name          text PRIMARY KEY,
    labels        jsonb       NOT NULL,
    registered_by text        NOT NULL, -- the principal
    registered_at timestamptz NOT NULL,
    removed_at    timestamptz,
    removed_by    text,
    CONSTRAINT host_removed CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);

-- The public keys with which hosts sign their reports. Rows are kept after a revocation, so that no host can use the key again.
CREATE TABLE host_key (
    id            text PRIMARY KEY,     -- the thumbprint (RFC 7638)
    host          text        NOT NULL REFERENCES host (name),
    jwk           text        NOT NULL, -- RFC 7517
    registered_by text        NOT NULL, -- the principal
    registered_at timestamptz NOT NULL,
    revoked_at    timestamptz,
    revoked_by    text
);
CREATE INDEX host_key_host ON host_key (host);

-- The code with which the agent of a host registers its first key. A new one replaces the former one of the host.
CREATE TABLE host_enrolment (
    host       text PRIMARY KEY REFERENCES host (name),
    digest     text        NOT NULL UNIQUE, -- SHA-256 of the code, hex
    created_by text        NOT NULL,        -- the principal
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    key_id     text                         -- of the one key that was registered with it
);

-- A request that waits, or waited, for the decision of a second person. It has no effect before: the transaction of the approval
-- has it.
CREATE TABLE approval (
    id              uuid PRIMARY KEY,
    action          text        NOT NULL, -- its name on the wire
    owner           text,                 -- of the resource; absent: of the installation
    name            text,                 -- of the certificate
    issuer          text,
    -- The requester.
    requester       text        NOT NULL, -- the principal
    requester_token text,                 -- the id of its service token, which must be usable at the approval
    grants          jsonb       NOT NULL, -- of a requester without a service token: they decide at the approval
    configured_grants jsonb     NOT NULL, -- by rules of an identity provider: those that are configured decide too
    memberships     jsonb       NOT NULL, -- roles by the policy of an owner: those that it still contains decide too
    interface       text        NOT NULL CHECK (interface IN ('REST', 'KAFKA')),
    -- The request.
    payload         jsonb       NOT NULL, -- never a secret
    effects         jsonb       NOT NULL, -- to which the approval is bound
    digest          text        NOT NULL, -- of action, service token, payload and effects: the same request waits once
    source          text,                 -- of its inbox entry; absent for a change that has none
    request_id      text,
    request_digest  text,
    answered        boolean     NOT NULL,
    traceparent     text,
    trace_id        text,
    -- The decision.
    required_role   text        NOT NULL CHECK (required_role IN ('APPROVER', 'ADMIN')),
    rule            text        NOT NULL, -- which requires the approval
    state           text        NOT NULL CHECK (state IN ('WAITING', 'APPROVED', 'REJECTED', 'EXPIRED', 'WITHDRAWN')),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    decided_at      timestamptz,
    decided_by      text,                 -- the principal; absent if it expired
    comment         text,
    result          jsonb,                -- APPROVED: the answer to the request
    CONSTRAINT approval_decided CHECK ((state = 'WAITING') = (decided_at IS NULL)),
    CONSTRAINT approval_source CHECK ((source IS NULL) = (request_id IS NULL))
);
CREATE UNIQUE INDEX approval_waiting ON approval (requester, digest) WHERE state = 'WAITING';
CREATE INDEX approval_owner ON approval (owner) WHERE state = 'WAITING';
CREATE INDEX approval_expires ON approval (expires_at) WHERE state = 'WAITING';
CREATE INDEX approval_state ON approval (state, id);
CREATE INDEX approval_decided_at ON approval (decided_at, id) WHERE decided_at IS NOT NULL;

-- Who did what, and who was denied what. Reads that were allowed are not recorded. Rows are never changed, and cannot be
-- deleted for 30 days.
CREATE TABLE access_decision (
    seq       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    principal text        NOT NULL,
    interface text        NOT NULL CHECK (interface IN ('REST', 'KAFKA')),
    action    text        NOT NULL,
    owner     text,                 -- of the resource; absent: of the installation
    name      text,                 -- of the certificate
    issuer    text,
    subject   text,                 -- the token, the replacement or the name that a path names
    allowed   boolean     NOT NULL,
    rule      text        NOT NULL, -- the grant that allows it, or the roles that would
    trace_id  text
);
CREATE INDEX access_decision_at ON access_decision (at);
CREATE INDEX access_decision_principal ON access_decision (principal, seq);

CREATE FUNCTION protect_access_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' OR OLD.at > now() - interval '720 hours' THEN
        RAISE EXCEPTION 'access_decision: rows cannot be changed, nor deleted for 30 days';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER access_decision_row BEFORE UPDATE OR DELETE ON access_decision
    FOR EACH ROW EXECUTE FUNCTION protect_access_decision();
CREATE TRIGGER access_decision_table BEFORE TRUNCATE ON access_decision
    FOR EACH STATEMENT EXECUTE FUNCTION protect_access_decision();
