-- A drill stands beside the other orders of its certificate, and in nobody's way.
ALTER TABLE certificate_order
    DROP CONSTRAINT certificate_order_purpose_check,
    ADD CONSTRAINT certificate_order_purpose_check CHECK (purpose IN ('LIVE', 'REHEARSAL', 'DRILL'));
DROP INDEX certificate_order_one_running;
CREATE UNIQUE INDEX certificate_order_one_running ON certificate_order (certificate_id)
    WHERE purpose <> 'DRILL'
        AND (state IN ('DUE', 'PLACED', 'AUTHORIZED') OR (purpose = 'REHEARSAL' AND state IN ('ISSUED', 'UNDEPLOYED')));
