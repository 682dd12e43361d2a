-- The schema of the order-service's PostgreSQL database after all migrations.
-- Generated from the catalogue of a migrated database; SchemaReferenceIT checks it. The meaning of tables and
-- columns is commented in order-service/src/main/resources/db/migration.

CREATE EXTENSION pg_trgm;

CREATE TABLE access_decision (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamp with time zone NOT NULL,
    principal text NOT NULL,
    interface text NOT NULL,
    action text NOT NULL,
    owner text,
    name text,
    issuer text,
    subject text,
    allowed boolean NOT NULL,
    rule text NOT NULL,
    trace_id text,
    CONSTRAINT access_decision_pkey PRIMARY KEY (seq),
    CONSTRAINT access_decision_interface_check CHECK ((interface = ANY (ARRAY['REST'::text, 'KAFKA'::text])))
);
CREATE INDEX access_decision_at ON access_decision USING btree (at);
CREATE INDEX access_decision_principal ON access_decision USING btree (principal, seq);

CREATE TABLE approval (
    id uuid NOT NULL,
    action text NOT NULL,
    owner text,
    name text,
    issuer text,
    requester text NOT NULL,
    requester_token text,
    grants jsonb NOT NULL,
    configured_grants jsonb NOT NULL,
    memberships jsonb NOT NULL,
    interface text NOT NULL,
    payload jsonb NOT NULL,
    effects jsonb NOT NULL,
    digest text NOT NULL,
    source text,
    request_id text,
    request_digest text,
    answered boolean NOT NULL,
    traceparent text,
    trace_id text,
    required_role text NOT NULL,
    rule text NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decided_by text,
    comment text,
    result jsonb,
    CONSTRAINT approval_pkey PRIMARY KEY (id),
    CONSTRAINT approval_decided CHECK (((state = 'WAITING'::text) = (decided_at IS NULL))),
    CONSTRAINT approval_interface_check CHECK ((interface = ANY (ARRAY['REST'::text, 'KAFKA'::text]))),
    CONSTRAINT approval_required_role_check CHECK ((required_role = ANY (ARRAY['APPROVER'::text, 'ADMIN'::text]))),
    CONSTRAINT approval_source CHECK (((source IS NULL) = (request_id IS NULL))),
    CONSTRAINT approval_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'APPROVED'::text, 'REJECTED'::text, 'EXPIRED'::text, 'WITHDRAWN'::text])))
);
CREATE INDEX approval_decided_at ON approval USING btree (decided_at, id) WHERE (decided_at IS NOT NULL);
CREATE INDEX approval_expires ON approval USING btree (expires_at) WHERE (state = 'WAITING'::text);
CREATE INDEX approval_owner ON approval USING btree (owner) WHERE (state = 'WAITING'::text);
CREATE INDEX approval_state ON approval USING btree (state, id);
CREATE UNIQUE INDEX approval_waiting ON approval USING btree (requester, digest) WHERE (state = 'WAITING'::text);

CREATE TABLE ca_certificate (
    fingerprint text NOT NULL,
    der bytea NOT NULL,
    CONSTRAINT ca_certificate_pkey PRIMARY KEY (fingerprint)
);

CREATE TABLE certificate (
    id uuid NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    identifiers text[] NOT NULL,
    issuer text NOT NULL,
    key_type text NOT NULL,
    targets text[] NOT NULL,
    key_reuse boolean NOT NULL DEFAULT false,
    labels jsonb NOT NULL,
    latest_order_id uuid,
    serial text,
    fingerprint text,
    not_before timestamp with time zone,
    not_after timestamp with time zone,
    vault_path text,
    vault_version bigint,
    retired_at timestamp with time zone,
    retired_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT certificate_pkey PRIMARY KEY (id),
    CONSTRAINT certificate_owner_name UNIQUE (owner, name),
    CONSTRAINT certificate_retired CHECK (((retired_at IS NULL) = (retired_reason IS NULL)))
);
CREATE INDEX certificate_identifiers ON certificate USING gin (identifiers);
CREATE INDEX certificate_name ON certificate USING btree (name, id);
CREATE INDEX certificate_name_part ON certificate USING gin (name gin_trgm_ops);
CREATE INDEX certificate_not_after ON certificate USING btree (not_after, id);
CREATE INDEX certificate_owner ON certificate USING btree (owner, id);
CREATE INDEX certificate_targets ON certificate USING gin (targets) WHERE (retired_at IS NULL);

CREATE TABLE certificate_order (
    id uuid NOT NULL,
    certificate_id uuid NOT NULL,
    latest boolean NOT NULL DEFAULT false,
    name text NOT NULL,
    owner text NOT NULL,
    identifiers text[] NOT NULL,
    issuer text NOT NULL,
    key_type text NOT NULL,
    targets text[] NOT NULL,
    key_reuse boolean NOT NULL DEFAULT false,
    purpose text NOT NULL DEFAULT 'LIVE'::text,
    cause text NOT NULL DEFAULT 'REQUESTED'::text,
    requested boolean NOT NULL DEFAULT false,
    replaces_renewal_id text,
    replaces_issuer text,
    limits_exempt boolean NOT NULL DEFAULT false,
    initiator text NOT NULL DEFAULT '/perennial/order-service'::text,
    traceparent text,
    state text NOT NULL,
    attempt integer NOT NULL,
    due_at timestamp with time zone,
    deadline_at timestamp with time zone,
    postponements integer NOT NULL DEFAULT 0,
    resumptions integer NOT NULL DEFAULT 0,
    reminders integer NOT NULL DEFAULT 0,
    placed_issuer text,
    acme_order jsonb,
    unresolved_issuer text,
    unusable integer NOT NULL DEFAULT 0,
    unusable_at timestamp with time zone,
    issued_fingerprint text,
    problem jsonb,
    wait_problem jsonb,
    waits_for_issuer text NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN ((wait_problem ->> 'code'::text) = 'waiting-for-capacity'::text) THEN COALESCE(placed_issuer, issuer)
    ELSE ''::text
END) STORED,
    budgeted_attempt integer NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT certificate_order_pkey PRIMARY KEY (id),
    CONSTRAINT certificate_order_cause_check CHECK ((cause = ANY (ARRAY['REQUESTED'::text, 'RENEWAL_REQUESTED'::text, 'REPLACEMENT'::text, 'REVOKED'::text, 'KEY_COMPROMISED'::text, 'SUGGESTED_WINDOW'::text, 'LIFETIME_SPENT'::text, 'CONFIGURED_DAYS'::text, 'EMERGENCY'::text]))),
    CONSTRAINT certificate_order_deadline_at CHECK (((deadline_at IS NULL) OR (state = ANY (ARRAY['PLACED'::text, 'AUTHORIZED'::text, 'ISSUED'::text, 'UNDEPLOYED'::text])))),
    CONSTRAINT certificate_order_due_at CHECK (((state = 'DUE'::text) = (due_at IS NOT NULL))),
    CONSTRAINT certificate_order_purpose_check CHECK ((purpose = ANY (ARRAY['LIVE'::text, 'REHEARSAL'::text, 'DRILL'::text]))),
    CONSTRAINT certificate_order_state_check CHECK ((state = ANY (ARRAY['DUE'::text, 'PLACED'::text, 'AUTHORIZED'::text, 'ISSUED'::text, 'DEPLOYED'::text, 'UNDEPLOYED'::text, 'REHEARSED'::text, 'FAILED'::text]))),
    CONSTRAINT certificate_order_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES certificate(id)
);
CREATE INDEX certificate_order_acme_order ON certificate_order USING btree (md5((acme_order ->> 'url'::text))) WHERE (state = ANY (ARRAY['PLACED'::text, 'AUTHORIZED'::text]));
CREATE INDEX certificate_order_certificate ON certificate_order USING btree (certificate_id, id);
CREATE INDEX certificate_order_deadline ON certificate_order USING btree (owner, deadline_at) WHERE (deadline_at IS NOT NULL);
CREATE INDEX certificate_order_due ON certificate_order USING btree (owner, waits_for_issuer, ((attempt > 1)), due_at) WHERE (state = 'DUE'::text);
CREATE INDEX certificate_order_ended ON certificate_order USING btree (updated_at, id) WHERE ((state = ANY (ARRAY['FAILED'::text, 'REHEARSED'::text])) AND (NOT latest));
CREATE UNIQUE INDEX certificate_order_in_flight ON certificate_order USING btree (certificate_id) WHERE ((purpose <> 'DRILL'::text) AND ((state = ANY (ARRAY['DUE'::text, 'PLACED'::text, 'AUTHORIZED'::text])) OR ((purpose = 'REHEARSAL'::text) AND (state = ANY (ARRAY['ISSUED'::text, 'UNDEPLOYED'::text])))));
CREATE UNIQUE INDEX certificate_order_latest ON certificate_order USING btree (certificate_id) WHERE latest;
CREATE INDEX certificate_order_latest_state ON certificate_order USING btree (state, certificate_id) WHERE latest;
CREATE INDEX certificate_order_processed ON certificate_order USING btree (updated_at) WHERE ((state = ANY (ARRAY['PLACED'::text, 'AUTHORIZED'::text])) AND (problem IS NULL));
CREATE INDEX certificate_order_renewals ON certificate_order USING btree (due_at) WHERE ((state = 'DUE'::text) AND (cause <> 'REQUESTED'::text));
CREATE INDEX certificate_order_requested ON certificate_order USING btree (owner, created_at) WHERE requested;
CREATE INDEX certificate_order_resumed ON certificate_order USING btree (deadline_at) WHERE ((state = ANY (ARRAY['PLACED'::text, 'AUTHORIZED'::text])) AND (problem IS NOT NULL));
CREATE INDEX certificate_order_updated ON certificate_order USING btree (updated_at) WHERE ((due_at IS NOT NULL) OR (deadline_at IS NOT NULL));
CREATE INDEX certificate_order_waits ON certificate_order USING btree (waits_for_issuer) WHERE (waits_for_issuer > ''::text);

CREATE TABLE certificate_status (
    fingerprint text NOT NULL,
    status text NOT NULL,
    since timestamp with time zone NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    next_check_at timestamp with time zone NOT NULL,
    source text,
    detail text,
    CONSTRAINT certificate_status_pkey PRIMARY KEY (fingerprint),
    CONSTRAINT certificate_status_status_check CHECK ((status = ANY (ARRAY['GOOD'::text, 'REVOKED'::text, 'UNKNOWN'::text, 'NOT_OFFERED'::text, 'UNAVAILABLE'::text]))),
    CONSTRAINT certificate_status_fingerprint_fkey FOREIGN KEY (fingerprint) REFERENCES issued_certificate(fingerprint)
);

CREATE TABLE compromised_key (
    key_fingerprint text NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    request_id text,
    comment text,
    revoke_by timestamp with time zone,
    initiator text,
    traceparent text,
    CONSTRAINT compromised_key_pkey PRIMARY KEY (key_fingerprint)
);

CREATE TABLE deployment (
    order_id uuid NOT NULL,
    host text NOT NULL,
    wave integer NOT NULL DEFAULT 0,
    state text NOT NULL,
    fingerprint text,
    problem jsonb,
    CONSTRAINT deployment_pkey PRIMARY KEY (order_id, host),
    CONSTRAINT deployment_fingerprint CHECK (((state = 'OUTSTANDING'::text) = (fingerprint IS NULL))),
    CONSTRAINT deployment_problem CHECK (((state = 'FAILED'::text) = (problem IS NOT NULL))),
    CONSTRAINT deployment_state_check CHECK ((state = ANY (ARRAY['OUTSTANDING'::text, 'PROVEN'::text, 'FAILED'::text]))),
    CONSTRAINT deployment_order_id_fkey FOREIGN KEY (order_id) REFERENCES certificate_order(id)
);

CREATE TABLE failing_issuer (
    issuer text NOT NULL,
    step text NOT NULL,
    since timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    failures integer NOT NULL,
    probes integer NOT NULL,
    probe_at timestamp with time zone NOT NULL,
    problem jsonb NOT NULL,
    CONSTRAINT failing_issuer_pkey PRIMARY KEY (issuer, step)
);

CREATE TABLE failing_name (
    issuer text NOT NULL,
    name text NOT NULL,
    failures integer NOT NULL,
    failed_at timestamp with time zone NOT NULL,
    quarantined_until timestamp with time zone,
    problem jsonb NOT NULL,
    failed_by_ca boolean NOT NULL DEFAULT false,
    CONSTRAINT failing_name_pkey PRIMARY KEY (issuer, name)
);
CREATE INDEX failing_name_quarantined ON failing_name USING btree (quarantined_until) WHERE (quarantined_until IS NOT NULL);

CREATE TABLE host (
    name text NOT NULL,
    labels jsonb NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    removed_by text,
    CONSTRAINT host_pkey PRIMARY KEY (name),
    CONSTRAINT host_removed CHECK (((removed_at IS NULL) = (removed_by IS NULL)))
);

CREATE TABLE host_enrolment (
    host text NOT NULL,
    digest text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    key_id text,
    CONSTRAINT host_enrolment_pkey PRIMARY KEY (host),
    CONSTRAINT host_enrolment_digest_key UNIQUE (digest),
    CONSTRAINT host_enrolment_host_fkey FOREIGN KEY (host) REFERENCES host(name)
);

CREATE TABLE host_key (
    id text NOT NULL,
    host text NOT NULL,
    jwk text NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by text,
    CONSTRAINT host_key_pkey PRIMARY KEY (id),
    CONSTRAINT host_key_host_fkey FOREIGN KEY (host) REFERENCES host(name)
);
CREATE INDEX host_key_host ON host_key USING btree (host);

CREATE TABLE inbox (
    source text NOT NULL,
    id text NOT NULL,
    type text,
    received_at timestamp with time zone NOT NULL,
    digest text,
    answer jsonb,
    CONSTRAINT inbox_pkey PRIMARY KEY (source, id)
);
CREATE INDEX inbox_received_at ON inbox USING btree (received_at);

CREATE TABLE issued_certificate (
    fingerprint text NOT NULL,
    certificate_id uuid NOT NULL,
    order_id uuid NOT NULL,
    issuer text NOT NULL,
    serial text NOT NULL,
    key_type text NOT NULL,
    not_before timestamp with time zone NOT NULL,
    not_after timestamp with time zone NOT NULL,
    vault_path text NOT NULL,
    vault_version bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    der bytea,
    ca_fingerprint text,
    key_fingerprint text,
    renewal_id text,
    suggested_start timestamp with time zone,
    suggested_end timestamp with time zone,
    suggestion_url text,
    revoked_at timestamp with time zone,
    revocation_reason text,
    CONSTRAINT issued_certificate_pkey PRIMARY KEY (fingerprint),
    CONSTRAINT issued_certificate_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES certificate(id)
);
CREATE INDEX issued_certificate_certificate ON issued_certificate USING btree (certificate_id, not_before);
CREATE INDEX issued_certificate_issuer ON issued_certificate USING btree (issuer, not_before);
CREATE INDEX issued_certificate_key ON issued_certificate USING btree (key_fingerprint);
CREATE INDEX issued_certificate_not_after ON issued_certificate USING btree (not_after);
CREATE INDEX issued_certificate_serial ON issued_certificate USING btree (serial);

CREATE TABLE issuer (
    name text NOT NULL,
    settings jsonb NOT NULL,
    managed_by text NOT NULL,
    revision bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT issuer_pkey PRIMARY KEY (name),
    CONSTRAINT issuer_managed_by_check CHECK ((managed_by = ANY (ARRAY['REST'::text, 'FILE'::text])))
);

CREATE TABLE issuer_change (
    revision bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    issuer text NOT NULL,
    at timestamp with time zone NOT NULL,
    changed_by text NOT NULL,
    before jsonb,
    after jsonb,
    trace_id text,
    CONSTRAINT issuer_change_pkey PRIMARY KEY (revision),
    CONSTRAINT issuer_change_changed_by_check CHECK ((changed_by = ANY (ARRAY['REST'::text, 'FILE'::text])))
);
CREATE INDEX issuer_change_issuer ON issuer_change USING btree (issuer, revision);

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    id text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    time timestamp with time zone NOT NULL,
    data bytea,
    initiator text,
    traceparent text,
    published_at timestamp with time zone,
    CONSTRAINT outbox_pkey PRIMARY KEY (seq),
    CONSTRAINT outbox_initiator CHECK (((data IS NULL) OR (initiator IS NOT NULL)))
);
CREATE INDEX outbox_published ON outbox USING btree (published_at) WHERE (published_at IS NOT NULL);
CREATE INDEX outbox_unpublished ON outbox USING btree (seq) WHERE (published_at IS NULL);

CREATE TABLE policy_revision (
    revision bigint NOT NULL,
    document jsonb NOT NULL,
    principal text NOT NULL,
    trace_id text,
    at timestamp with time zone NOT NULL,
    CONSTRAINT policy_revision_pkey PRIMARY KEY (revision)
);

CREATE TABLE rate_limit_bucket (
    id text NOT NULL,
    issuer text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    arrival timestamp with time zone NOT NULL,
    closed_until timestamp with time zone NOT NULL,
    CONSTRAINT rate_limit_bucket_pkey PRIMARY KEY (id)
);

CREATE TABLE relay_lease (
    id boolean NOT NULL DEFAULT true,
    holder uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT relay_lease_pkey PRIMARY KEY (id),
    CONSTRAINT relay_lease_id_check CHECK (id)
);

CREATE TABLE replacement (
    id uuid NOT NULL,
    drill boolean NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    selector text NOT NULL,
    plan jsonb NOT NULL,
    max_concurrent integer NOT NULL,
    planned_concurrent integer NOT NULL,
    deadline timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    approved_at timestamp with time zone,
    running_since timestamp with time zone,
    ended_at timestamp with time zone,
    pause_problem jsonb,
    initiator text NOT NULL DEFAULT '/perennial/order-service'::text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT replacement_pkey PRIMARY KEY (id),
    CONSTRAINT replacement_max_concurrent_check CHECK ((max_concurrent > 0)),
    CONSTRAINT replacement_state_check CHECK ((state = ANY (ARRAY['PLANNED'::text, 'RUNNING'::text, 'PAUSED'::text, 'DONE'::text, 'CANCELLED'::text])))
);
CREATE INDEX replacement_unfinished ON replacement USING btree (id) WHERE ((state = ANY (ARRAY['RUNNING'::text, 'PAUSED'::text, 'CANCELLED'::text])) AND (ended_at IS NULL));

CREATE TABLE replacement_item (
    replacement_id uuid NOT NULL,
    rank integer NOT NULL,
    certificate_id uuid NOT NULL,
    fingerprint text NOT NULL,
    state text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    scheduled_at timestamp with time zone NOT NULL DEFAULT now(),
    order_id uuid,
    new_fingerprint text,
    released_at timestamp with time zone,
    settled_at timestamp with time zone,
    problem jsonb,
    CONSTRAINT replacement_item_pkey PRIMARY KEY (replacement_id, rank),
    CONSTRAINT replacement_item_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'IN_PROGRESS'::text, 'RETRYING'::text, 'DONE'::text, 'FAILED'::text, 'SKIPPED'::text, 'NOT_SAMPLED'::text]))),
    CONSTRAINT replacement_item_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES certificate(id),
    CONSTRAINT replacement_item_replacement_id_fkey FOREIGN KEY (replacement_id) REFERENCES replacement(id)
);
CREATE INDEX replacement_item_released ON replacement_item USING btree (replacement_id, rank) WHERE (state = ANY (ARRAY['IN_PROGRESS'::text, 'RETRYING'::text]));
CREATE INDEX replacement_item_scheduled ON replacement_item USING btree (scheduled_at) WHERE (state = 'WAITING'::text);
CREATE INDEX replacement_item_settled ON replacement_item USING btree (replacement_id, settled_at) WHERE (settled_at IS NOT NULL);
CREATE INDEX replacement_item_waiting ON replacement_item USING btree (replacement_id, rank) WHERE (state = 'WAITING'::text);

CREATE TABLE revocation (
    fingerprint text NOT NULL,
    certificate_id uuid NOT NULL,
    order_id uuid NOT NULL,
    reason text NOT NULL,
    comment text,
    request_id text NOT NULL,
    retired boolean NOT NULL,
    state text NOT NULL,
    due_at timestamp with time zone,
    scheduled_at timestamp with time zone NOT NULL DEFAULT now(),
    revoke_by timestamp with time zone,
    attempts integer NOT NULL,
    problem jsonb,
    initiator text NOT NULL DEFAULT '/perennial/order-service'::text,
    traceparent text,
    requested_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT revocation_pkey PRIMARY KEY (fingerprint),
    CONSTRAINT revocation_state_check CHECK ((state = ANY (ARRAY['REPLACING'::text, 'DUE'::text, 'ORDERED'::text, 'REVOKED'::text, 'FAILED'::text]))),
    CONSTRAINT revocation_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES certificate(id),
    CONSTRAINT revocation_fingerprint_fkey FOREIGN KEY (fingerprint) REFERENCES issued_certificate(fingerprint)
);
CREATE INDEX revocation_certificate ON revocation USING btree (certificate_id);
CREATE INDEX revocation_due ON revocation USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE TABLE scheduled_task (
    certificate_id uuid NOT NULL,
    kind text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    scheduled_at timestamp with time zone NOT NULL DEFAULT now(),
    expires_at timestamp with time zone NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    CONSTRAINT scheduled_task_pkey PRIMARY KEY (certificate_id, kind),
    CONSTRAINT scheduled_task_kind_check CHECK ((kind = ANY (ARRAY['RENEW'::text, 'POLL_ARI'::text, 'CHECK_STATUS'::text]))),
    CONSTRAINT scheduled_task_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES certificate(id)
) WITH (
    autovacuum_analyze_scale_factor=0.02,
    autovacuum_vacuum_insert_scale_factor=0.02,
    autovacuum_vacuum_scale_factor=0.02
);
CREATE INDEX scheduled_task_due ON scheduled_task USING btree (kind, due_at, expires_at) INCLUDE (certificate_id);
CREATE INDEX scheduled_task_scheduled ON scheduled_task USING btree (scheduled_at);

CREATE TABLE service_token (
    id text NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    grants jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    approval uuid,
    activated_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_by text,
    last_used_at timestamp with time zone,
    CONSTRAINT service_token_pkey PRIMARY KEY (id)
);
CREATE INDEX service_token_approval ON service_token USING btree (approval) WHERE (activated_at IS NULL);
CREATE UNIQUE INDEX service_token_name ON service_token USING btree (name) WHERE (revoked_at IS NULL);

CREATE TABLE timeline (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    certificate_id uuid NOT NULL,
    order_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    entry text NOT NULL,
    detail jsonb NOT NULL,
    initiator text,
    trace_id text
) PARTITION BY RANGE (at);
CREATE INDEX timeline_certificate ON timeline USING btree (certificate_id, seq);

CREATE TABLE timeline_default PARTITION OF timeline DEFAULT;
CREATE INDEX timeline_default_at ON timeline_default USING btree (at);

CREATE TABLE unresolved_acme_order (
    order_id uuid NOT NULL,
    issuer text NOT NULL,
    acme_order jsonb NOT NULL,
    check_at timestamp with time zone NOT NULL,
    scheduled_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT unresolved_acme_order_order_id_fkey FOREIGN KEY (order_id) REFERENCES certificate_order(id)
);
CREATE INDEX unresolved_acme_order_check ON unresolved_acme_order USING btree (check_at);
CREATE INDEX unresolved_acme_order_order ON unresolved_acme_order USING btree (order_id);
