# An agent reads what is meant for its own host: the entity behind its AppRole carries the host's name as metadata "host".
# Without that metadata the three paths grant nothing.

path "perennial/data/hosts/{{identity.entity.metadata.host}}/*" {
  capabilities = ["read"]
}

path "perennial/metadata/hosts/{{identity.entity.metadata.host}}/" {
  capabilities = ["list"]
}

# What it makes dry runs with.
path "perennial/metadata/hosts/{{identity.entity.metadata.host}}/rehearsals/" {
  capabilities = ["list"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
