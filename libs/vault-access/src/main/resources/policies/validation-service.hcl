# The validation-service signs with the ACME accounts that the order-service registered, and changes dns-01 records.

path "perennial/data/accounts/*" {
  capabilities = ["read"]
}

# The credentials of the DNS providers.
path "perennial/data/dns/*" {
  capabilities = ["read"]
}

# The keys with which this service signs its events. "update" is required for check-and-set writes.
path "perennial/data/signing/validation-service" {
  capabilities = ["create", "read", "update"]
}

# The public keys of this service.
path "perennial/data/signers/validation-service" {
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
