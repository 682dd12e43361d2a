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
import org.jboss.logging.Logger;

/** What Vault holds for this host. */
final class HostCopies {
    private static final Logger LOG = Logger.getLogger(HostCopies.class);

    private final SecretStore store;
    private final String host;

    HostCopies(SecretStore store, String host) {
        this.store = store;
        this.host = host;
    }

    /**
     * @throws RetryLater where Vault is not available
     * @throws UnreadableBundle where what is stored is no bundle of this certificate
     */
    Optional<Bundle> read(CertificateId certificate) {
        Optional<Secret> secret = store.read(SecretPath.hostCopy(host, certificate));
        try {
            Optional<Bundle> bundle = secret.map(Bundle::from);
            if (bundle.isPresent() && !bundle.get().certificateId().equals(certificate)) {
                throw new UnreadableBundle("it is the bundle of another certificate");
            }
            return bundle;
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
            throw new UnreadableBundle(e.getClass().getSimpleName());
        }
    }

    /**
     * The bundle of the order, or of a later one.
     *
     * @throws RetryLater where Vault is not available or has nothing new enough yet
     */
    Bundle atLeast(CertificateId certificate, OrderId order) {
        Optional<Bundle> bundle = read(certificate);
        // Order ids are UUIDv7: sorted by the time at which the order was made.
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

    /** @throws RetryLater where Vault is not available */
    List<CertificateId> list() {
        List<CertificateId> certificates = new ArrayList<>();
        for (String name : store.list(SecretPath.hostFolder(host))) {
            try {
                certificates.add(CertificateId.of(name));
            } catch (IllegalArgumentException e) {
                LOG.warnf("hosts/%s has an entry that is not a certificate id; ignored", host);
            }
        }
        return certificates;
    }
}
