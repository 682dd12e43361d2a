package dev.perennial.acme;

import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Secrets in a map. */
final class MemoryStore implements SecretStore {
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
        long current = read(path).map(Secret::version).orElse(0L);
        if (current != expectedVersion) {
            return Optional.empty();
        }
        secrets.put(path, new Secret(current + 1, data));
        return Optional.of(current + 1);
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
