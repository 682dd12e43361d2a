# The order-service registers ACME accounts. It has no business with a certificate's key.

path "perennial/data/accounts/*" {
  capabilities = ["create", "read", "update"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
