package dev.perennial.vault;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store without a server, for tests; passes the same contract tests as the real one. Thread-safe. */
public final class InMemorySecretStore implements SecretStore {
    /** Versions by path, starting at 1; an empty one was destroyed. */
    private final Map<String, List<Optional<Secret>>> secrets = new TreeMap<>();

    private boolean sealed;
    private boolean destroyForbidden;

    /** While sealed, every call throws the exception of a sealed Vault. */
    public synchronized void seal(boolean on) {
        sealed = on;
    }

    /** Whether the policy of Vault denies the destruction of secrets. */
    public synchronized void forbidDestroy(boolean on) {
        destroyForbidden = on;
    }

    @Override
    public synchronized Optional<Secret> read(SecretPath path) {
        requireUnsealed();
        List<Optional<Secret>> versions = at(path);
        return versions.isEmpty() ? Optional.empty() : versions.getLast();
    }

    @Override
    public synchronized CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        boolean created = replace(path, data, 0).isPresent();
        Secret current = read(path)
                .orElseThrow(() ->
                        new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, "the latest version was destroyed")));
        return new CreateOnly(created, current);
    }

    @Override
    public synchronized Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        requireUnsealed();
        List<Optional<Secret>> versions = at(path);
        if (versions.size() != expectedVersion) {
            return Optional.empty();
        }
        List<Optional<Secret>> grown = new ArrayList<>(versions);
        grown.add(Optional.of(new Secret(expectedVersion + 1, data)));
        secrets.put(path.value(), grown);
        return Optional.of(expectedVersion + 1);
    }

    @Override
    public synchronized void destroy(SecretPath path) {
        requireUnsealed();
        if (destroyForbidden) {
            throw new VaultErrors(URI.create("http://vault.test")).forStatus("destroy", path.value(), 403);
        }
        secrets.remove(path.value());
    }

    @Override
    public synchronized Versions versions(SecretPath path) {
        requireUnsealed();
        List<Optional<Secret>> versions = at(path);
        return new Versions(
                versions.size(),
                versions.stream().flatMap(Optional::stream).map(Secret::version).toList());
    }

    @Override
    public synchronized Optional<Secret> read(SecretPath path, long version) {
        requireUnsealed();
        return at(path).stream()
                .flatMap(Optional::stream)
                .filter(secret -> secret.version() == version)
                .findFirst();
    }

    @Override
    public synchronized void destroy(SecretPath path, List<Long> destroyed) {
        requireUnsealed();
        secrets.computeIfPresent(
                path.value(),
                (at, versions) -> new ArrayList<>(versions.stream()
                        .map(one -> one.filter(secret -> !destroyed.contains(secret.version())))
                        .toList()));
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

    private List<Optional<Secret>> at(SecretPath path) {
        return secrets.getOrDefault(path.value(), List.of());
    }

    private void requireUnsealed() {
        if (sealed) {
            throw new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, "the store of this test is sealed"));
        }
    }
}
