package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Order;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.checks.IssuedCertificateCheck;
import dev.perennial.issuance.issuing.BundleStore.Stored;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.PermissionDenied;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The steps from an authorized order to a stored certificate. The process may crash after any of them: the record is
 * then redelivered. After {@link RetryLater}, the caller retries. Both start again at step 1.
 *
 * <ol>
 *   <li>Read {@code certificates/<id>} (for a rehearsal {@code rehearsals/<order id>}, also in the steps below). If it
 *       holds the bundle of this order, the copies of step 7 and steps 8 and 9 follow. A bundle of a later order
 *       means that this order is superseded: write and publish nothing.
 *   <li>Write a new private key (optionally the key of the previous bundle) and the number of the attempt to {@code
 *       orders/<order id>}, create-only, <em>before</em> the CSR is sent. Concurrent and later deliveries use the
 *       stored key: one order has one key, and no certificate is issued whose key is lost. If the path names an earlier
 *       attempt, ask its CA first: if that has issued a certificate, continue with it at step 5. If the path names a
 *       later attempt, or has the marker of an abandoned order ({@link OrderKeyStore}), write and publish nothing.
 *   <li>Finalize. If another delivery stored the key, fetch the order first: the CA may have finalized it. Then claim
 *       the attempt, so that the other delivery cannot state that nothing was sent ({@link FinalizeRequests}).
 *   <li>Wait until the order is valid. This step stores nothing; after a crash the order is polled again.
 *   <li>Download. Repeatable for as long as the CA keeps the certificate.
 *   <li>Compare the certificate with the order before it is written to a path that hosts can read. If it cannot be
 *       used, close the attempt in Vault with the failure before that is published: each certificate is reported by one
 *       attempt. The certificate of an earlier attempt closes this attempt only if its CSR cannot have been sent.
 *   <li>Store the bundle with a check-and-set on the version that was read, then the copies of the hosts. After a crash
 *       between the two, step 1 continues with the copies.
 *   <li>Destroy {@code orders/<order id>}, which holds the only copy of the key until the bundle is stored; for a
 *       rehearsal, at its end ({@link OrderSecretCleanup}). While Vault is unavailable, the order-service resumes the
 *       order. After step 9 it does not resume it any more, so a key left behind would stay for good. If
 *       the policy of Vault denies the destruction, the fact is published all the same, with an alarm.
 *   <li>Publish {@code certificate.issued} with an event id that is the same after a redelivery. If a rehearsal has ended
 *       in the meantime, its bundle and its key are destroyed.
 * </ol>
 */
final class Issuance {
    private static final Logger LOG = Logger.getLogger(Issuance.class);

    private static final Problem CLOSED = Problem.of(
            ErrorCode.STEP_TIMED_OUT,
            "an earlier delivery ended the attempt before a CSR was sent; a new attempt begins");

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
     * @param requests of this delivery, the same object for all its retries
     * @throws RetryLater if the CA, Vault or Kafka is unavailable
     */
    IssuanceResult attempt(Order order, Supplier<CertificateKey> newKey, FinalizeRequests requests) {
        Optional<Stored> stored = bundles.read(BundlePaths.of(order).own());
        if (stored.isPresent() && stored.get().isOf(order.orderId())) {
            return new IssuanceResult.IssuedBefore(finish(order, stored.get(), false));
        }
        if (stored.isPresent() && stored.get().isNewerThan(order.orderId())) {
            return superseded(order, stored.get());
        }
        return switch (keys.take(order, () -> reusedKey(order, stored).orElseGet(newKey))) {
            case OrderKeyStore.Abandoned abandoned -> {
                clearIfEnded(order);
                yield new IssuanceResult.Abandoned(abandoned.at());
            }
            case OrderKeyStore.SupersededAttempt superseded -> new IssuanceResult.SupersededAttempt(superseded.by());
            case OrderKeyStore.Closed closed ->
                closed.failure().orElseGet(() -> new IssuanceResult.Failed(CLOSED, Finalization.NEVER));
            case OrderKeyStore.Available available -> issue(order, available, stored, requests);
        };
    }

    /** After {@link #attempt} has failed: whether the CA may nevertheless have issued a certificate. */
    Finalization end(Order order, FinalizeRequests requests) {
        return requests.end(order, keys);
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
            Order order, OrderKeyStore.Available available, Optional<Stored> previous, FinalizeRequests requests) {
        OrderKeyStore.Available key = available;
        List<OrderKeyStore.EarlierAttempt> unsettled = new ArrayList<>();
        for (OrderKeyStore.EarlierAttempt earlier : available.unsettled()) {
            Optional<IssuanceResult> issued = ofEarlier(order, earlier, available.key(), previous, unsettled);
            if (issued.isPresent() && !isUnusableBeside(order, available, issued.get())) {
                List<OrderKeyStore.EarlierAttempt> others = available.unsettled().stream()
                        .filter(it -> !it.equals(earlier))
                        .toList();
                // The certificate is not one of this attempt, for which no CSR was sent.
                return closeIfUnusable(order, available, others, issued.get(), Finalization.NEVER);
            }
        }
        if (available.attempt() < order.attempt()) {
            key = keys.claim(order, available, unsettled);
        }
        requests.claimed(key);
        AcmeAccount account = accounts.of(order.issuer(), AcmeAccounts.Registration.NEVER);
        return switch (finalized(account, order, key, requests)) {
            case OrderProgress.Valid valid -> {
                IssuanceResult result = take(account, order, key.key(), valid.certificateUrl(), previous);
                yield closeIfUnusable(order, key, key.unsettled(), result, Finalization.MAYBE);
            }
            case OrderProgress.Invalid invalid -> failed(invalid.problem());
            case OrderProgress.Refused refused -> failed(refused.problem());
            case OrderProgress.Pending pending -> throw notReady("requires validation again");
            case OrderProgress.Ready ready -> throw notReady("has not recorded the finalization");
            case OrderProgress.Processing processing -> throw notReady("is still issuing");
        };
    }

    /**
     * Whether an earlier attempt has an unusable certificate, and the CSR of this attempt may have been sent: this
     * attempt continues, because its CA may have issued a usable one. If it fails, the next attempt reports the unusable
     * certificate.
     */
    private static boolean isUnusableBeside(Order order, OrderKeyStore.Available available, IssuanceResult earlier) {
        return earlier instanceof IssuanceResult.Failed && available.attempt() == order.attempt();
    }

    /**
     * Closes the attempt with its failure if the certificate cannot be used. The next attempt asks the CA of an attempt
     * that is not closed, and would report the same certificate again.
     *
     * @param finalization whether the CA may have issued a certificate for this attempt
     * @return the failure with {@code finalization}; any other result unchanged
     */
    private IssuanceResult closeIfUnusable(
            Order order,
            OrderKeyStore.Available key,
            List<OrderKeyStore.EarlierAttempt> unsettled,
            IssuanceResult result,
            Finalization finalization) {
        if (!(result instanceof IssuanceResult.Failed failed)) {
            return result;
        }
        IssuanceResult.Failed failure = new IssuanceResult.Failed(failed.problem(), finalization);
        keys.closeWithFailure(order, key, unsettled, failure);
        return failure;
    }

    /**
     * The certificate of an earlier attempt; empty if its CA has issued none and will issue none. If the CA does not
     * answer, the attempt counts as such after its ACME order has expired, and is added to {@code unsettled} if the order
     * may have a second certificate.
     *
     * @throws RetryLater if the CA does not answer
     */
    private Optional<IssuanceResult> ofEarlier(
            Order order,
            OrderKeyStore.EarlierAttempt earlier,
            CertificateKey key,
            Optional<Stored> previous,
            List<OrderKeyStore.EarlierAttempt> unsettled) {
        try {
            AcmeAccount account = accounts.of(earlier.issuer(), AcmeAccounts.Registration.NEVER);
            OrderProgress progress = account.progress(earlier.acmeOrder());
            if (progress instanceof OrderProgress.Processing) {
                progress = account.await(earlier.acmeOrder(), firstPollDelay, issueTimeout);
            }
            return switch (progress) {
                case OrderProgress.Valid valid ->
                    Optional.of(take(account, order.at(earlier.issuer()), key, valid.certificateUrl(), previous));
                case OrderProgress.Processing processing -> throw notReady("is still issuing for an earlier attempt");
                case OrderProgress.Pending pending -> Optional.empty();
                case OrderProgress.Ready ready -> Optional.empty();
                case OrderProgress.Invalid invalid -> Optional.empty();
                case OrderProgress.Refused refused -> Optional.empty();
            };
        } catch (RetryLater e) {
            if (earlier.isExpired(clock.instant())) {
                return Optional.empty();
            }
            if (order.secondCertificateAllowed()) {
                LOG.warnf(
                        "'%s': the issuer %s does not complete the earlier ACME order %s (%s); attempt %d is finalized,"
                                + " because the order allows a second certificate",
                        order.name(), earlier.issuer(), earlier.url(), e.getMessage(), order.attempt());
                unsettled.add(earlier);
                return Optional.empty();
            }
            throw e;
        }
    }

    private OrderProgress finalized(
            AcmeAccount account, Order order, OrderKeyStore.Available key, FinalizeRequests requests) {
        OrderProgress progress =
                requests.isCertainlyUnsent(key) ? new OrderProgress.Ready() : account.progress(order.acmeOrder());
        if (progress instanceof OrderProgress.Ready) {
            if (!requests.owns(key)) {
                requests.claimedAfterAnother(keys.claim(order, key, key.unsettled()));
            }
            progress = requests.send(() -> account.finalizeOrder(
                    order.acmeOrder(), order.identifiers(), key.key().pair()));
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
            return failed(Problem.of(
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
        if (!order.rehearsal()) {
            clear(order);
        }
        CertificateIssued fact = stored.fact(order);
        topic.issued(fact);
        clearIfEnded(order);
        return fact;
    }

    /** A policy that does not allow the destruction must not prevent the fact for ever. */
    private void clear(Order order) {
        try {
            keys.clear(order.orderId());
        } catch (PermissionDenied e) {
            LOG.errorf(
                    "ALARM: the key of the issued order %s of '%s' could not be destroyed: %s. The certificate is"
                            + " published, and the key stays at %s. Correct the policy, then delete the metadata of this"
                            + " path; see docs/internals/issuance.md#a-key-that-could-not-be-destroyed",
                    order.orderId(), order.name(), e.getMessage(), SecretPath.orderKey(order.orderId()));
        }
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

    /** The code of the problem states what the CA may still do. */
    private static IssuanceResult failed(Problem problem) {
        return new IssuanceResult.Failed(problem, Finalization.MAYBE);
    }

    private static RetryLater notReady(String state) {
        // Read replicas of a CA may lag behind the state that the validation-service saw.
        return new RetryLater(Problem.of(ErrorCode.CA_MISBEHAVED, "the CA " + state + "; the order is polled again"));
    }
}
