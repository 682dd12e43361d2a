package dev.perennial.signatures;

import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts and delays reads, and fails at one write: either before it has an effect, or after. */
final class CountingStore implements SecretStore {
    /** The process dies at a write. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    final InMemorySecretStore vault;
    final AtomicInteger reads = new AtomicInteger();
    private int writesUntilCrash = Integer.MAX_VALUE;
    private boolean afterItsEffect;
    private int readsUntilWork = Integer.MAX_VALUE;
    private Runnable workBeforeRead = () -> {};
    private volatile CountDownLatch mayRead = new CountDownLatch(0);

    CountingStore(InMemorySecretStore vault) {
        this.vault = vault;
    }

    /** @param write the number of the write, from 1 */
    CountingStore crashingAt(int write, boolean afterEffect) {
        writesUntilCrash = write;
        afterItsEffect = afterEffect;
        return this;
    }

    /** @param number of the read, from 1, before which the work is done */
    CountingStore beforeRead(int number, Runnable work) {
        readsUntilWork = number;
        workBeforeRead = work;
        return this;
    }

    /** Reads wait for it. */
    void beforeRead(CountDownLatch latch) {
        mayRead = latch;
    }

    private <T> T write(java.util.function.Supplier<T> work) {
        boolean crash = --writesUntilCrash == 0;
        if (crash && !afterItsEffect) {
            throw new Crash();
        }
        T result = work.get();
        if (crash) {
            throw new Crash();
        }
        return result;
    }

    @Override
    public Optional<Secret> read(SecretPath path) {
        if (reads.incrementAndGet() == readsUntilWork) {
            workBeforeRead.run();
        }
        try {
            mayRead.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return vault.read(path);
    }

    @Override
    public CreateOnly createOnly(SecretPath path, Map<String, String> data) {
        return write(() -> vault.createOnly(path, data));
    }

    @Override
    public Optional<Long> replace(SecretPath path, Map<String, String> data, long expectedVersion) {
        return write(() -> vault.replace(path, data, expectedVersion));
    }

    @Override
    public void destroy(SecretPath path) {
        vault.destroy(path);
    }

    @Override
    public Versions versions(SecretPath path) {
        return vault.versions(path);
    }

    @Override
    public Optional<Secret> read(SecretPath path, long version) {
        return vault.read(path, version);
    }

    @Override
    public void destroy(SecretPath path, List<Long> versions) {
        vault.destroy(path, versions);
    }

    @Override
    public List<String> list(SecretPath folder) {
        return vault.list(folder);
    }
}
