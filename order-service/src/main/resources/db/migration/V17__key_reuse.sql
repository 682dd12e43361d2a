-- Whether what is issued next has the key of what is served: by choice, a new one otherwise.
ALTER TABLE certificate ADD COLUMN key_reuse boolean NOT NULL DEFAULT false;
ALTER TABLE certificate_order ADD COLUMN key_reuse boolean NOT NULL DEFAULT false;
