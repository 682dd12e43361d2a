# An agent may read the secrets of its own host: the entity of its AppRole has the host's name as metadata "host".
# Without that metadata the three paths grant nothing.

path "perennial/data/hosts/{{identity.entity.metadata.host}}/*" {
  capabilities = ["read"]
}

path "perennial/metadata/hosts/{{identity.entity.metadata.host}}/" {
  capabilities = ["list"]
}

# Bundles for dry runs.
path "perennial/metadata/hosts/{{identity.entity.metadata.host}}/rehearsals/" {
  capabilities = ["list"]
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
