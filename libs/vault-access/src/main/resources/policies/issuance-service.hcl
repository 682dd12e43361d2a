# The issuance-service signs with the ACME accounts, generates certificate keys and stores issued certificates.

path "perennial/data/accounts/*" {
  capabilities = ["read"]
}

# "update" is required too: a check-and-set write to an existing key must fail with a conflict, not with 403.
path "perennial/data/orders/*" {
  capabilities = ["create", "read", "update"]
}

# Deleting the metadata destroys every version of the key of a finished order.
path "perennial/metadata/orders/*" {
  capabilities = ["delete"]
}

# The versions with the key of an abandoned order, below its marker.
path "perennial/destroy/orders/*" {
  capabilities = ["update"]
}

path "perennial/data/certificates/*" {
  capabilities = ["create", "read", "update"]
}

path "perennial/data/hosts/*" {
  capabilities = ["create", "read", "update"]
}

# For revocations: destroys the versions with the revoked key, and all versions of a retired certificate.
path "perennial/destroy/certificates/*" {
  capabilities = ["update"]
}

path "perennial/destroy/hosts/*" {
  capabilities = ["update"]
}

path "perennial/metadata/certificates/*" {
  capabilities = ["read", "delete"]
}

path "perennial/metadata/hosts/*" {
  capabilities = ["read", "delete"]
}

# The bundle of a rehearsal and the hosts' copies of it, which are destroyed at its end.
path "perennial/data/rehearsals/*" {
  capabilities = ["create", "read", "update"]
}

path "perennial/metadata/rehearsals/*" {
  capabilities = ["delete"]
}

# The keys with which this service signs its events. "update" is required for check-and-set writes.
path "perennial/data/signing/issuance-service" {
  capabilities = ["create", "read", "update"]
}

# The public keys of this service.
path "perennial/data/signers/issuance-service" {
  capabilities = ["create", "read", "update"]
}

# The public keys of the services.
path "perennial/data/signers/*" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

# Distinguishes an expired token from a forbidden path.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
