-- The scan for what is due is read from the index alone where pages are known to be visible to all. With PostgreSQL's defaults a fifth of
-- some million rows may change before that is looked at again.
ALTER TABLE chore SET (
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02);
