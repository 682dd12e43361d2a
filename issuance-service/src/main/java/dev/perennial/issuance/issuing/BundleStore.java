package dev.perennial.issuance.issuing;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Order;
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

/** Stores bundles at their {@link BundlePaths}: at the path of the certificate, and a copy for each target host. */
final class BundleStore {
    private final SecretStore secrets;

    BundleStore(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** A bundle and the version it is stored as. */
    record Stored(Bundle bundle, long version) {
        /** Order ids are UUIDv7, whose text sorts by creation time. */
        boolean isNewerThan(OrderId order) {
            return bundle.orderId().toString().compareTo(order.toString()) > 0;
        }

        boolean isOf(OrderId order) {
            return bundle.orderId().equals(order);
        }

        /** {@code certificate.issued} of the order, whose bundle this is. */
        CertificateIssued fact(Order order) {
            String issuer = bundle.issuer().orElseGet(order::issuer);
            return DownloadedChain.of(bundle).fact(order, version, issuer);
        }
    }

    Optional<Stored> read(SecretPath path) {
        return secrets.read(path).map(BundleStore::stored);
    }

    /**
     * Makes the bundle current at the path, unless one of the same order, or of a later one, is current already.
     *
     * @param known the bundle that the caller read at this path, so that it is not read twice; it must be of an earlier
     *     order
     * @return the current bundle after the call
     * @throws RetryLater if another client writes the path continuously
     */
    Stored store(SecretPath path, Bundle bundle, Optional<Stored> known) {
        Optional<Stored> written =
                write(path, bundle, known.map(Stored::version).orElse(0L));
        if (written.isPresent()) {
            return written.get();
        }
        // The path has another version than expected: the same order was probably delivered twice, the path had not
        // been read, or its latest version was destroyed by a revocation but still counts.
        long latest = secrets.versions(path).latest();
        Optional<Stored> current = read(path);
        if (current.isPresent() && isDone(current.get(), bundle)) {
            return current.get();
        }
        return write(path, bundle, current.map(Stored::version).orElse(latest))
                .orElseThrow(() -> new RetryLater(Problem.of(
                        ErrorCode.VAULT_UNAVAILABLE,
                        "another client wrote " + path
                                + " first, or its latest version was deleted without its metadata; "
                                + "the write is retried; "
                                + "if this persists, run 'vault kv metadata delete' on it")));
    }

    private Optional<Stored> write(SecretPath path, Bundle bundle, long over) {
        return secrets.replace(path, bundle.toSecret(), over).map(version -> new Stored(bundle, version));
    }

    /**
     * Writes all copies concurrently, because sequential round trips would delay a fleet of hosts.
     *
     * @param fresh whether the certificate has no earlier version, so that the hosts probably have no copy to read
     *     first
     */
    void copy(List<SecretPath> paths, Bundle bundle, boolean fresh) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Stored>> copies = paths.stream()
                    .<Callable<Stored>>map(path -> () -> copy(path, bundle, fresh))
                    .map(copy -> threads.submit(Context.current().wrap(copy)))
                    .toList();
            copies.forEach(BundleStore::join);
        }
    }

    /** Destroys all versions at all paths. */
    void destroy(BundlePaths paths) {
        paths.all().forEach(secrets::destroy);
    }

    private Stored copy(SecretPath path, Bundle bundle, boolean fresh) {
        Optional<Stored> current = fresh ? Optional.empty() : read(path);
        return current.filter(existing -> isDone(existing, bundle)).orElseGet(() -> store(path, bundle, current));
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
            throw new IllegalStateException("interrupted while writing host copies", e);
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
