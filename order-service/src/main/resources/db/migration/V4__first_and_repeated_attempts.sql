-- First attempts and repeated ones of an owner are two queues.
DROP INDEX certificate_order_due;
CREATE INDEX certificate_order_due ON certificate_order (owner, (attempt > 1), due_at) WHERE state = 'DUE';
