-- In the transaction of the migration: the timeouts of the service's statements do not fit a change of a large table.
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
