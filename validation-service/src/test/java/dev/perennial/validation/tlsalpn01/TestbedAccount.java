package dev.perennial.validation.tlsalpn01;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.Issuers;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.TestbedIssuers;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An account at the testbed's CA, with its key in memory. */
final class TestbedAccount {
    private TestbedAccount() {}

    static AcmeAccount at(Stack stack) {
        var issuer = TestbedIssuers.settings("pebble", stack.acmeProxy(), Map.of());
        return AcmeAccounts.of(Issuers.of(issuer), new Memory()).of("pebble", AcmeAccounts.Registration.IF_ABSENT);
    }

    private static final class Memory implements SecretStore {
        private final Map<SecretPath, Secret> secrets = new HashMap<>();

        @Override
        public synchronized Optional<Secret> read(SecretPath path) {
            return Optional.ofNullable(secrets.get(path));
        }

        @Override
        public synchronized CreateOnly createOnly(SecretPath path, Map<String, String> data) {
            boolean created = secrets.putIfAbsent(path, new Secret(1, data)) == null;
            return new CreateOnly(created, secrets.get(path));
        }

        @Override
        public synchronized Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
            secrets.put(path, new Secret(expectedVersion + 1, data));
            return Optional.of(expectedVersion + 1);
        }

        @Override
        public synchronized void destroy(SecretPath path) {
            secrets.remove(path);
        }

        @Override
        public Versions versions(SecretPath path) {
            throw new UnsupportedOperationException("nobody asks for an account's versions");
        }

        @Override
        public Optional<Secret> read(SecretPath path, long version) {
            throw new UnsupportedOperationException("nobody asks for an account's versions");
        }

        @Override
        public void destroy(SecretPath path, List<Long> versions) {
            throw new UnsupportedOperationException("nobody asks for an account's versions");
        }

        @Override
        public List<String> list(SecretPath folder) {
            throw new UnsupportedOperationException("nobody lists accounts");
        }
    }
}
