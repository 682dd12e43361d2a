package dev.perennial.issuance.issuing;

import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A secret store that may crash at each call. */
record CrashingSecretStore(SecretStore store, CallInterruptions interruptions) implements SecretStore {
    @Override
    public Optional<Secret> read(SecretPath path) {
        return interruptions.around("read " + folder(path), () -> store.read(path));
    }

    @Override
    public CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        return interruptions.around("create " + folder(path), () -> store.createOnly(path, data));
    }

    @Override
    public Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        return interruptions.around("replace " + folder(path), () -> store.replace(path, data, expectedVersion));
    }

    @Override
    public void destroy(SecretPath path) {
        interruptions.around("destroy " + folder(path), () -> {
            store.destroy(path);
            return null;
        });
    }

    @Override
    public Versions versions(SecretPath path) {
        return interruptions.around("versions " + folder(path), () -> store.versions(path));
    }

    @Override
    public Optional<Secret> read(SecretPath path, long version) {
        return interruptions.around("read version " + folder(path), () -> store.read(path, version));
    }

    @Override
    public void destroy(SecretPath path, List<Long> versions) {
        interruptions.around("destroy versions " + folder(path), () -> {
            store.destroy(path, versions);
            return null;
        });
    }

    @Override
    public List<String> list(SecretPath folder) {
        return store.list(folder);
    }

    private static String folder(SecretPath path) {
        return path.value().substring(0, path.value().indexOf('/'));
    }
}
