-- The latest order of its certificate, said where its state is: certificates are asked for by it, and a certificate has many orders in its life.
ALTER TABLE certificate_order ADD COLUMN latest boolean NOT NULL DEFAULT false;
UPDATE certificate_order o SET latest = true FROM certificate c WHERE c.order_id = o.id;
CREATE UNIQUE INDEX certificate_order_latest ON certificate_order (certificate_id) WHERE latest;
CREATE INDEX certificate_order_latest_state ON certificate_order (state, certificate_id) WHERE latest;
DROP INDEX certificate_order_state;

-- An owner's certificates in the order in which they are listed, and names by a part of them.
CREATE INDEX certificate_owner ON certificate (owner, id);
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX certificate_name_part ON certificate USING gin (name gin_trgm_ops);
