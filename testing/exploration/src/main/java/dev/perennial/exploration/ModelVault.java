package dev.perennial.exploration;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The secrets of one order, with the semantics of KV v2 that the issuance-service uses. */
final class ModelVault implements SecretStore {
    private final Map<String, List<Secret>> secrets = new TreeMap<>();
    boolean sealed;
    private Choices choices = Choices.first();

    ModelVault copy() {
        ModelVault copy = new ModelVault();
        secrets.forEach((path, versions) -> copy.secrets.put(path, new ArrayList<>(versions)));
        copy.sealed = sealed;
        return copy;
    }

    ModelVault with(Choices ofStep) {
        choices = ofStep;
        return this;
    }

    /** The current secrets by path. */
    Map<String, Secret> current() {
        Map<String, Secret> current = new TreeMap<>();
        secrets.forEach((path, versions) -> current.put(path, versions.getLast()));
        return current;
    }

    @Override
    public Optional<Secret> read(SecretPath path) {
        return call("read", path, () -> currentAt(path));
    }

    @Override
    public CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        return call("create", path, () -> {
            boolean created = write(path, data, 0).isPresent();
            return new CreateOnly(created, currentAt(path).orElseThrow());
        });
    }

    @Override
    public Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        return call("replace", path, () -> write(path, data, expectedVersion));
    }

    @Override
    public void destroy(SecretPath path) {
        call("destroy", path, () -> secrets.remove(path.value()) != null);
    }

    @Override
    public Versions versions(SecretPath path) {
        return call("versions", path, () -> {
            List<Secret> all = secrets.getOrDefault(path.value(), List.of());
            return new Versions(all.size(), all.stream().map(Secret::version).toList());
        });
    }

    @Override
    public Optional<Secret> read(SecretPath path, long version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void destroy(SecretPath path, List<Long> versions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> list(SecretPath folder) {
        throw new UnsupportedOperationException();
    }

    private Optional<Secret> currentAt(SecretPath path) {
        return Optional.ofNullable(secrets.get(path.value())).map(List::getLast);
    }

    private Optional<Long> write(SecretPath path, Map<String, String> data, long expected) {
        List<Secret> versions = secrets.getOrDefault(path.value(), List.of());
        if (versions.size() != expected) {
            return Optional.empty();
        }
        List<Secret> grown = new ArrayList<>(versions);
        grown.add(new Secret(expected + 1, data));
        secrets.put(path.value(), grown);
        return Optional.of(expected + 1);
    }

    private <T> T call(String action, SecretPath path, Supplier<T> effect) {
        if (sealed) {
            throw unavailable();
        }
        String place = path.value().substring(0, path.value().indexOf('/'));
        return choices.call(action + " " + place, effect, outcome -> unavailable());
    }

    private static RetryLater unavailable() {
        return new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, "Vault is unavailable"));
    }
}
