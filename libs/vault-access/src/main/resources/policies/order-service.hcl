# The order-service registers ACME accounts. It has no access to the keys of certificates.

path "perennial/data/accounts/*" {
  capabilities = ["create", "read", "update"]
}

# External account bindings of the CAs (RFC 8555 section 7.3.4); written by an operator.
path "perennial/data/eab/*" {
  capabilities = ["read"]
}

# The keys with which this service signs its events. "update" is required for check-and-set writes.
path "perennial/data/signing/order-service" {
  capabilities = ["create", "read", "update"]
}

# The public keys of this service.
path "perennial/data/signers/order-service" {
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
