# The validation-service signs with the ACME accounts that the order-service registered.

path "perennial/data/accounts/*" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
