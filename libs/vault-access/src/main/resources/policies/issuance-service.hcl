# The issuance-service signs with the ACME accounts, makes certificate keys and stores what was issued.

path "perennial/data/accounts/*" {
  capabilities = ["read"]
}

# "update" as well: a check-and-set write that meets an existing key must be answered with a conflict, not with 403.
path "perennial/data/orders/*" {
  capabilities = ["create", "read", "update"]
}

# Deleting the metadata destroys every version of the key of an order that is done.
path "perennial/metadata/orders/*" {
  capabilities = ["delete"]
}

path "perennial/data/certificates/*" {
  capabilities = ["create", "read", "update"]
}

path "perennial/data/hosts/*" {
  capabilities = ["create", "read", "update"]
}

# What was revoked: the versions that hold its key are destroyed, and, where the certificate is not kept alive, everything.
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

# A rehearsal's bundle and the hosts' copies of it, which go when it is over.
path "perennial/data/rehearsals/*" {
  capabilities = ["create", "read", "update"]
}

path "perennial/metadata/rehearsals/*" {
  capabilities = ["delete"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
