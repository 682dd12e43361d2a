-- What an order is for. A rehearsal is placed at another CA (its ca, from the beginning), and nothing of it is ever served; the live order
-- is made when it has passed.
ALTER TABLE certificate_order
    ADD COLUMN purpose text NOT NULL DEFAULT 'LIVE' CHECK (purpose IN ('LIVE', 'REHEARSAL')),
    DROP CONSTRAINT certificate_order_state_check,
    ADD CONSTRAINT certificate_order_state_check
        CHECK (state IN ('DUE', 'PLACED', 'AUTHORIZED', 'ISSUED', 'DEPLOYED', 'UNDEPLOYED', 'REHEARSED', 'FAILED'));

-- A rehearsal runs until the last dry run has passed; the live order is made in the transaction that ends it.
DROP INDEX certificate_order_one_running;
CREATE UNIQUE INDEX certificate_order_one_running ON certificate_order (certificate_id)
    WHERE state IN ('DUE', 'PLACED', 'AUTHORIZED') OR (purpose = 'REHEARSAL' AND state IN ('ISSUED', 'UNDEPLOYED'));
