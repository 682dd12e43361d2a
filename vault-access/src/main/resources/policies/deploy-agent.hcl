# An agent reads what is meant for its own host: the entity behind its AppRole carries the host's name as metadata "host".
# Without that metadata the two paths grant nothing.

path "perennial/data/hosts/{{identity.entity.metadata.host}}/*" {
  capabilities = ["read"]
}

path "perennial/metadata/hosts/{{identity.entity.metadata.host}}/" {
  capabilities = ["list"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
