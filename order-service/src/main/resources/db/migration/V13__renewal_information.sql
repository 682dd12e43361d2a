-- The issuer that issued what the order replaces (RFC 9773 section 5): nobody else is told of it, and nobody else exempts it from limits.
ALTER TABLE certificate_order ADD COLUMN replaces_at text;

-- How often in a row somebody could not be asked.
ALTER TABLE chore ADD COLUMN failures integer NOT NULL DEFAULT 0;

-- How many renewals stand ready is asked all the time.
CREATE INDEX certificate_order_renewals ON certificate_order (due_at) WHERE state = 'DUE' AND cause <> 'REQUESTED';
