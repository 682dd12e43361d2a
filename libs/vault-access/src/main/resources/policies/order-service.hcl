# The order-service registers ACME accounts. It has no business with a certificate's key.

path "perennial/data/accounts/*" {
  capabilities = ["create", "read", "update"]
}

# What CAs gave their customers to bind accounts with (RFC 8555 section 7.3.4); written by an operator.
path "perennial/data/eab/*" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
