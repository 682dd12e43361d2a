-- A deployment has a deadline as every other step has: due_at of ISSUED and UNDEPLOYED is when its hosts are told again.
DROP INDEX certificate_order_deadline;
CREATE INDEX certificate_order_deadline ON certificate_order (due_at) WHERE state <> 'DUE';
UPDATE certificate_order SET due_at = updated_at + interval '10 minutes'
WHERE state = 'UNDEPLOYED' OR (state = 'ISSUED' AND targets <> '{}');
