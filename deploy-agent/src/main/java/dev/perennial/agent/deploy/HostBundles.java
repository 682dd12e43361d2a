package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** The bundles in Vault for this host. */
final class HostBundles {
    private static final Logger LOG = Logger.getLogger(HostBundles.class);

    private final SecretStore store;
    private final String host;

    HostBundles(SecretStore store, String host) {
        this.store = store;
        this.host = host;
    }

    /**
     * @throws RetryLater if Vault is not available
     * @throws UnreadableBundleException if the secret is not a bundle of this certificate
     */
    Optional<Bundle> read(CertificateId certificate) {
        return bundle(
                SecretPath.hostCopy(host, certificate),
                bundle -> bundle.certificateId().equals(certificate),
                "it belongs to another certificate");
    }

    /**
     * The bundle of the order, or of a later one.
     *
     * @throws RetryLater if Vault is not available or has no bundle that is recent enough
     */
    Bundle atLeast(CertificateId certificate, OrderId order) {
        Optional<Bundle> bundle = read(certificate);
        // Order ids are UUIDv7, which sort by creation time.
        if (bundle.isEmpty() || bundle.get().orderId().value().compareTo(order.value()) < 0) {
            throw new RetryLater(Problem.of(
                    ErrorCode.VAULT_UNAVAILABLE,
                    "hosts/" + host + "/" + certificate + " has "
                            + bundle.map(old -> "the bundle of the older order " + old.orderId())
                                    .orElse("no bundle")
                            + " yet"));
        }
        return bundle.get();
    }

    /**
     * The bundle of a rehearsal; empty if the rehearsal is over.
     *
     * @throws RetryLater if Vault is not available
     * @throws UnreadableBundleException if the secret is not a bundle of this order
     */
    Optional<Bundle> rehearsal(OrderId order) {
        return bundle(
                SecretPath.rehearsalCopy(host, order),
                bundle -> bundle.orderId().equals(order),
                "it belongs to another order");
    }

    /** @throws RetryLater if Vault is not available */
    List<CertificateId> list() {
        return ids(SecretPath.hostFolder(host), CertificateId::of);
    }

    /** The rehearsals that are not over. @throws RetryLater if Vault is not available */
    List<OrderId> rehearsals() {
        return ids(SecretPath.rehearsalFolder(host), OrderId::of);
    }

    private <T> List<T> ids(SecretPath folder, Function<String, T> id) {
        List<T> ids = new ArrayList<>();
        for (String name : store.list(folder)) {
            // Rehearsals are a folder among the certificates.
            if (name.equals(SecretPath.REHEARSALS + "/")) {
                continue;
            }
            try {
                ids.add(id.apply(name));
            } catch (IllegalArgumentException e) {
                LOG.warnf("%s has an entry that is not an id; it is ignored", folder);
            }
        }
        return ids;
    }

    private Optional<Bundle> bundle(SecretPath path, Predicate<Bundle> expected, String mismatch) {
        Optional<Secret> secret = store.read(path);
        try {
            Optional<Bundle> bundle = secret.map(Bundle::from);
            if (bundle.isPresent() && !expected.test(bundle.get())) {
                throw new UnreadableBundleException(mismatch);
            }
            return bundle;
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
            throw new UnreadableBundleException(e.getClass().getSimpleName());
        }
    }
}
