package dev.perennial.vault;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store without a server, for tests; held to the same contract suite as the real one. Thread-safe. */
public final class InMemorySecretStore implements SecretStore {
    private final Map<String, Secret> secrets = new TreeMap<>();
    private boolean sealed;

    /** While sealed, every call throws what a sealed Vault makes us throw. */
    public synchronized void seal(boolean on) {
        sealed = on;
    }

    @Override
    public synchronized Optional<Secret> read(SecretPath path) {
        requireUnsealed();
        return Optional.ofNullable(secrets.get(path.value()));
    }

    @Override
    public synchronized CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        requireUnsealed();
        Secret before = secrets.get(path.value());
        if (before != null) {
            return new CreateOnly(false, before);
        }
        Secret created = new Secret(1, data);
        secrets.put(path.value(), created);
        return new CreateOnly(true, created);
    }

    @Override
    public synchronized Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        requireUnsealed();
        Secret before = secrets.get(path.value());
        long current = before == null ? 0 : before.version();
        if (current != expectedVersion) {
            return Optional.empty();
        }
        secrets.put(path.value(), new Secret(current + 1, data));
        return Optional.of(current + 1);
    }

    @Override
    public synchronized void destroy(SecretPath path) {
        requireUnsealed();
        secrets.remove(path.value());
    }

    @Override
    public synchronized List<String> list(SecretPath folder) {
        requireUnsealed();
        String prefix = folder.value() + "/";
        return secrets.keySet().stream()
                .filter(path -> path.startsWith(prefix))
                .map(path -> path.substring(prefix.length()))
                .map(rest -> rest.contains("/") ? rest.substring(0, rest.indexOf('/') + 1) : rest)
                .distinct()
                .toList();
    }

    private void requireUnsealed() {
        if (sealed) {
            throw new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, "the store of this test is sealed"));
        }
    }
}
