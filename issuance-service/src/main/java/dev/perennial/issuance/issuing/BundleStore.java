package dev.perennial.issuance.issuing;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Bundles at their {@link BundlePaths}: the certificate's own, and a copy for each host that is to serve it. */
final class BundleStore {
    private final SecretStore secrets;

    BundleStore(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** A bundle and the version it is stored as. */
    record Stored(Bundle bundle, long version) {
        /** Order ids are UUIDv7, whose text sorts by the time of making. */
        boolean isNewerThan(OrderId order) {
            return bundle.orderId().toString().compareTo(order.toString()) > 0;
        }

        boolean isOf(OrderId order) {
            return bundle.orderId().equals(order);
        }
    }

    Optional<Stored> read(SecretPath path) {
        return secrets.read(path).map(BundleStore::stored);
    }

    /**
     * Makes the bundle current at the path, unless one of the same order, or of a later one, is there already.
     *
     * @param known what the caller read there, so that it is not read twice; it must be of an earlier order
     * @return what is current afterwards
     * @throws RetryLater where others write there all the time
     */
    Stored store(SecretPath path, Bundle bundle, Optional<Stored> known) {
        Optional<Stored> written =
                write(path, bundle, known.map(Stored::version).orElse(0L));
        if (written.isPresent()) {
            return written.get();
        }
        // Somebody wrote since: the same order, delivered twice, most likely. Or the path held something nobody had
        // read.
        // Or what was there was revoked and is destroyed: its number counts all the same.
        long latest = secrets.versions(path).latest();
        Optional<Stored> current = read(path);
        if (current.isPresent() && isDone(current.get(), bundle)) {
            return current.get();
        }
        return write(path, bundle, current.map(Stored::version).orElse(latest))
                .orElseThrow(() -> new RetryLater(Problem.of(
                        ErrorCode.VAULT_UNAVAILABLE,
                        "another writer was faster at " + path
                                + ", or its latest version was deleted without its metadata "
                                + "(then run 'vault kv metadata delete' on it); it is read again")));
    }

    private Optional<Stored> write(SecretPath path, Bundle bundle, long over) {
        return secrets.replace(path, bundle.toSecret(), over).map(version -> new Stored(bundle, version));
    }

    /**
     * A copy at each place, all at once: a fleet of hosts must not wait for one round trip after the other.
     *
     * @param fresh that the certificate was never issued before, so that most likely no host has a copy to be read first
     */
    void copy(List<SecretPath> places, Bundle bundle, boolean fresh) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Stored>> copies = places.stream()
                    .<Callable<Stored>>map(path -> () -> copy(path, bundle, fresh))
                    .map(copy -> threads.submit(Context.current().wrap(copy)))
                    .toList();
            copies.forEach(BundleStore::join);
        }
    }

    /** Leaves nothing at any of the places, of no version. */
    void destroy(BundlePaths places) {
        places.all().forEach(secrets::destroy);
    }

    private Stored copy(SecretPath path, Bundle bundle, boolean fresh) {
        Optional<Stored> current = fresh ? Optional.empty() : read(path);
        return current.filter(there -> isDone(there, bundle)).orElseGet(() -> store(path, bundle, current));
    }

    private static boolean isDone(Stored current, Bundle bundle) {
        return current.isOf(bundle.orderId()) || current.isNewerThan(bundle.orderId());
    }

    private static Stored stored(Secret secret) {
        return new Stored(Bundle.from(secret), secret.version());
    }

    private static void join(Future<Stored> copy) {
        try {
            copy.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while host copies were written", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error fatal) {
                throw fatal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
