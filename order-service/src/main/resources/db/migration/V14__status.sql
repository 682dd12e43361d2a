-- What the CA says about a certificate that it issued, as it was found last (CRL, OCSP).
CREATE TABLE certificate_status (
    fingerprint  text PRIMARY KEY REFERENCES issued_certificate (fingerprint),
    status       text        NOT NULL
        CHECK (status IN ('GOOD', 'REVOKED', 'UNKNOWN', 'NOT_OFFERED', 'UNAVAILABLE')),
    since        timestamptz NOT NULL, -- since when it has been found like that
    looked_at    timestamptz NOT NULL,
    next_look_at timestamptz NOT NULL,
    source       text,                 -- the URL that said so
    detail       text                  -- why nobody could say
);

-- Those that are served already are looked at too.
INSERT INTO chore (certificate_id, chore, due_at, expires_at)
SELECT certificate_id, 'CHECK_STATUS', now(), expires_at FROM chore WHERE chore = 'RENEW'
ON CONFLICT DO NOTHING;
