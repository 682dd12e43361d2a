-- Since when a certificate is not kept alive any more, and why.
ALTER TABLE certificate
    ADD COLUMN retired_at timestamptz,
    ADD COLUMN retired_because text,
    ADD CONSTRAINT certificate_retired CHECK ((retired_at IS NULL) = (retired_because IS NULL));
