package dev.perennial.agent.deploy;

import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A store that changes right before a given read, so that the result of the read does not depend on timing. */
final class ScriptedStore implements SecretStore {
    private final SecretStore store;
    private final Map<Integer, Runnable> script = new HashMap<>();
    private Consumer<SecretPath> listScript = folder -> {};
    private int reads;

    ScriptedStore(SecretStore store) {
        this.store = store;
    }

    /** @param read counted from 1 */
    ScriptedStore beforeRead(int read, Runnable what) {
        script.put(read, what);
        return this;
    }

    ScriptedStore beforeList(Consumer<SecretPath> what) {
        listScript = what;
        return this;
    }

    int reads() {
        return reads;
    }

    @Override
    public Optional<Secret> read(SecretPath path) {
        reads++;
        script.getOrDefault(reads, () -> {}).run();
        return store.read(path);
    }

    @Override
    public CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        return store.createOnly(path, data);
    }

    @Override
    public Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        return store.replace(path, data, expectedVersion);
    }

    @Override
    public void destroy(SecretPath path) {
        store.destroy(path);
    }

    @Override
    public Versions versions(SecretPath path) {
        return store.versions(path);
    }

    @Override
    public Optional<Secret> read(SecretPath path, long version) {
        return store.read(path, version);
    }

    @Override
    public void destroy(SecretPath path, List<Long> versions) {
        store.destroy(path, versions);
    }

    @Override
    public List<String> list(SecretPath folder) {
        listScript.accept(folder);
        return store.list(folder);
    }
}
