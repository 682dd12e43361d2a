package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Order;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.checks.IssuedCertificateCheck;
import dev.perennial.issuance.issuing.BundleStore.Stored;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.SecretStore;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The steps from an authorized order to a stored certificate. The process may crash after any of them: the record is
 * then redelivered. After {@link RetryLater}, the caller retries. Both start again at step 1.
 *
 * <ol>
 *   <li>Read {@code certificates/<id>} (for a rehearsal {@code rehearsals/<order id>}, also in the steps below). A
 *       bundle of this order means that steps 2 to 7 are done: continue with the host copies. A bundle of a later order
 *       means that this order is superseded: write and publish nothing.
 *   <li>Write a new private key (optionally the key of the previous bundle) to {@code orders/<order id>}, create-only,
 *       <em>before</em> the CSR is sent. Concurrent and later deliveries use the stored key: one order has one key, and
 *       no certificate is issued whose key is lost. If the path has the marker of an abandoned order ({@link
 *       OrderKeyStore}), write and publish nothing.
 *   <li>Finalize. If the key was already stored, fetch the order first: the CA may have finalized it in an earlier
 *       attempt.
 *   <li>Wait until the order is valid. This step stores nothing; after a crash the order is polled again.
 *   <li>Download. Repeatable for as long as the CA keeps the certificate.
 *   <li>Compare the certificate with the order before it is written to a path that hosts can read.
 *   <li>Store the bundle with a check-and-set on the version that was read, then the copies of the hosts. After a crash
 *       between the two, step 1 continues with the copies.
 *   <li>Publish {@code certificate.issued} with an event id that is the same after a redelivery.
 *   <li>Destroy {@code orders/<order id>}. This is the last step because the path may hold the only copy of the key
 *       until the bundle is stored. The key of a rehearsal is destroyed with its bundle ({@link OrderSecretCleanup});
 *       if the rehearsal has ended in the meantime, this step destroys both.
 * </ol>
 */
final class Issuance {
    private static final Logger LOG = Logger.getLogger(Issuance.class);

    private final AcmeAccounts accounts;
    private final OrderKeyStore keys;
    private final BundleStore bundles;
    private final IssuancePublisher topic;
    private final Clock clock;
    private final Duration firstPollDelay;
    private final Duration issueTimeout;

    Issuance(
            AcmeAccounts accounts,
            SecretStore secrets,
            IssuancePublisher topic,
            Clock clock,
            Duration firstPollDelay,
            Duration issueTimeout) {
        this.accounts = accounts;
        this.keys = new OrderKeyStore(secrets);
        this.bundles = new BundleStore(secrets);
        this.topic = topic;
        this.clock = clock;
        this.firstPollDelay = firstPollDelay;
        this.issueTimeout = issueTimeout;
    }

    /**
     * One attempt.
     *
     * @param newKey called at most once
     * @throws RetryLater if the CA, Vault or Kafka is unavailable
     */
    IssuanceResult attempt(Order order, Supplier<CertificateKey> newKey) {
        Optional<Stored> stored = bundles.read(BundlePaths.of(order).own());
        if (stored.isPresent() && stored.get().isOf(order.orderId())) {
            return new IssuanceResult.IssuedBefore(finish(order, stored.get(), false));
        }
        if (stored.isPresent() && stored.get().isNewerThan(order.orderId())) {
            return superseded(order, stored.get());
        }
        AcmeAccount account = accounts.of(order.issuer(), AcmeAccounts.Registration.NEVER);
        return switch (keys.take(order.orderId(), () -> reusedKey(order, stored).orElseGet(newKey))) {
            case OrderKeyStore.Abandoned abandoned -> {
                clearIfEnded(order);
                yield new IssuanceResult.Abandoned(abandoned.at());
            }
            case OrderKeyStore.Available available -> issue(account, order, available, stored);
        };
    }

    /** The key of the previous bundle, if the order reuses it and its type matches. */
    private static Optional<CertificateKey> reusedKey(Order order, Optional<Stored> earlier) {
        return earlier.filter(previous -> order.keyReuse())
                .map(previous -> CertificateKey.of(
                        previous.bundle().privateKey(),
                        DownloadedChain.of(previous.bundle()).chain().getFirst().getPublicKey()))
                .filter(key -> key.is(order.keyType()));
    }

    private IssuanceResult issue(
            AcmeAccount account, Order order, OrderKeyStore.Available available, Optional<Stored> earlier) {
        return switch (finalized(account, order, available.key(), available.isNew())) {
            case OrderProgress.Valid valid -> take(account, order, available.key(), valid.certificateUrl(), earlier);
            case OrderProgress.Invalid invalid -> new IssuanceResult.Failed(invalid.problem());
            case OrderProgress.Refused refused -> new IssuanceResult.Failed(refused.problem());
            case OrderProgress.Pending pending -> throw notReady("requires validation again");
            case OrderProgress.Ready ready -> throw notReady("has not recorded the finalization");
            case OrderProgress.Processing processing -> throw notReady("is still issuing");
        };
    }

    private OrderProgress finalized(AcmeAccount account, Order order, CertificateKey key, boolean firstAttempt) {
        OrderProgress progress = firstAttempt ? new OrderProgress.Ready() : account.progress(order.acmeOrder());
        if (progress instanceof OrderProgress.Ready) {
            progress = account.finalizeOrder(order.acmeOrder(), order.identifiers(), key.pair());
        }
        return progress instanceof OrderProgress.Processing
                ? account.await(order.acmeOrder(), firstPollDelay, issueTimeout)
                : progress;
    }

    private IssuanceResult take(
            AcmeAccount account, Order order, CertificateKey key, URI certificateUrl, Optional<Stored> earlier) {
        List<X509Certificate> chain = account.download(certificateUrl);
        List<String> mismatches =
                IssuedCertificateCheck.mismatches(key.publicKey(), order.identifiers(), chain, clock.instant());
        if (!mismatches.isEmpty()) {
            Optional<Stored> storedByOther = storedBy(order);
            if (storedByOther.isPresent()) {
                // Another replica finished the order between steps 1 and 2 here and destroyed its key; the key
                // generated here is unused.
                return new IssuanceResult.IssuedBefore(finish(order, storedByOther.get(), false));
            }
            LOG.errorf(
                    "ALARM: the issuer %s issued a certificate for '%s' that does not match the order"
                            + " and was not stored: %s; see docs/reference/errors.md#certificate-mismatch",
                    order.issuer(), order.name(), mismatches);
            return new IssuanceResult.Failed(Problem.of(
                    ErrorCode.CERTIFICATE_MISMATCH,
                    "the certificate of issuer '" + order.issuer() + "' does not match the order; it was not stored",
                    String.join("; ", mismatches)));
        }
        Stored stored = bundles.store(
                BundlePaths.of(order).own(), DownloadedChain.of(chain).bundle(order, key), earlier);
        return stored.isOf(order.orderId())
                ? new IssuanceResult.Issued(finish(order, stored, earlier.isEmpty()))
                : superseded(order, stored);
    }

    private Optional<Stored> storedBy(Order order) {
        return bundles.read(BundlePaths.of(order).own()).filter(stored -> stored.isOf(order.orderId()));
    }

    private CertificateIssued finish(Order order, Stored stored, boolean fresh) {
        bundles.copy(BundlePaths.of(order).copies(), stored.bundle(), fresh);
        CertificateIssued fact = DownloadedChain.of(stored.bundle()).fact(order, stored.version());
        topic.issued(fact);
        if (!order.rehearsal()) {
            keys.clear(order.orderId());
        }
        clearIfEnded(order);
        return fact;
    }

    /**
     * The end of a rehearsal writes the marker before it destroys the bundle. Therefore either the marker is visible
     * here, or everything stored here predates it and is destroyed by its writer. After a crash between storing and
     * this check, the redelivery finds the marker.
     */
    private void clearIfEnded(Order order) {
        if (order.rehearsal() && keys.isAbandoned(order.orderId())) {
            bundles.destroy(BundlePaths.of(order));
        }
    }

    private IssuanceResult superseded(Order order, Stored later) {
        keys.clear(order.orderId());
        return new IssuanceResult.Superseded(later.bundle().orderId());
    }

    private static RetryLater notReady(String state) {
        // Read replicas of a CA may lag behind the state that the validation-service saw.
        return new RetryLater(Problem.of(ErrorCode.CA_MISBEHAVED, "the CA " + state + "; the order is polled again"));
    }
}
