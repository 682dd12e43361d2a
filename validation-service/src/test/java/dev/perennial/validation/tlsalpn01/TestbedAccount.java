package dev.perennial.validation.tlsalpn01;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AddressPolicy;
import dev.perennial.acme.Issuers;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.TestbedIssuers;
import dev.perennial.vault.InMemorySecretStore;
import java.util.Map;

/** An account at the testbed's CA, with its key in memory. */
final class TestbedAccount {
    private TestbedAccount() {}

    static AcmeAccount at(Stack stack) {
        var issuer = TestbedIssuers.settings("pebble", stack.acmeProxy(), Map.of());
        return AcmeAccounts.of(Issuers.of(issuer), new InMemorySecretStore(), AddressPolicy.ANY)
                .of("pebble", AcmeAccounts.Registration.IF_ABSENT);
    }
}
