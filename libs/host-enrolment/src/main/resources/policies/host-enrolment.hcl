# The rights of an operator who enrols and removes hosts. They include no secret of a host or a service.
#
# An AppRole of a host has the policy "deploy-agent" and no other. The parameters apply to the paths below a role too:
# num_uses and ttl are those of a secret id.
path "auth/approle/role/perennial-host-*" {
  capabilities = ["create", "read", "update", "delete"]
  allowed_parameters = {
    "token_policies"          = ["deploy-agent"]
    "token_no_default_policy" = [true]
    "token_ttl"               = []
    "token_max_ttl"           = []
    "num_uses"                = []
    "ttl"                     = []
  }
}

# The entity of a host, which its AppRole creates at the first login: its name, and the name of the host as metadata. No
# policy can be given to it, and no alias can be moved to another entity. The path is that of every entity in Vault: Vault
# has no rule for the entities of one kind of AppRole. See docs/operating/hosts.md#who-creates-what-with-whose-credential.
path "identity/entity/id/*" {
  capabilities        = ["create", "update"]
  required_parameters = ["name", "metadata"]
  allowed_parameters = {
    "name"     = ["perennial-host-*"]
    "metadata" = []
  }
}

# A removal disables the entity, which ends the tokens of the host at once, and deletes it.
path "identity/entity/name/perennial-host-*" {
  capabilities = ["create", "read", "update", "delete"]
  allowed_parameters = {
    "disabled" = [true]
  }
}
