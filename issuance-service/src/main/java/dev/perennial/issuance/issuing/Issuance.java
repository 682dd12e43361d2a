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
 * The steps from a proven order to a stored certificate. Any of them may be the last one this process does: the record is
 * then delivered again, or the caller tries again after {@link RetryLater}, and both start at 1.
 *
 * <ol>
 *   <li>Look at {@code certificates/<id>} (a rehearsal: {@code rehearsals/<order id>}, and so below). A bundle of this order means that 2 to 7 were done: go on with the host copies.
 *       One of a later order means that this one was finished long ago: nothing may be said or made for it.
 *   <li>Write a new private key (by choice, that of the bundle before) to {@code orders/<order id>}, create-only, <em>before</em> the CA hears of it. Who comes second, or
 *       comes back, takes the first one's key: a certificate whose key is lost cannot be issued, and one order has one key. Who
 *       finds the mark of an order that was given up ({@link OrderKeyStore}) makes nothing and says nothing.
 *   <li>Finalize. Where the key was there already, the order is fetched first: the CA may have finalized it, and its answer got lost.
 *   <li>Wait until the order is valid. Nothing is kept here; a crash costs one look.
 *   <li>Download. Can be repeated for as long as the CA keeps the certificate.
 *   <li>Check it against what was asked, before anything that somebody may read is written.
 *   <li>Store the bundle, each write against the version that was read; then the copies of the hosts. A crash between the two is why
 *       step 1 goes on with the copies.
 *   <li>Say {@code certificate.issued}, under an id that a repetition has too.
 *   <li>Destroy {@code orders/<order id>}: last, since until here it may be the only place that holds the key. The key of a rehearsal goes
 *       with its bundle, when it is over ({@link OrderSecretCleanup}); if that was meanwhile, what was stored here goes now.
 * </ol>
 */
final class Issuance {
    private static final Logger LOG = Logger.getLogger(Issuance.class);

    private final AcmeAccounts accounts;
    private final OrderKeyStore keys;
    private final BundleStore bundles;
    private final IssuancePublisher topic;
    private final Clock clock;
    private final Duration firstLook;
    private final Duration issueLimit;

    Issuance(
            AcmeAccounts accounts,
            SecretStore secrets,
            IssuancePublisher topic,
            Clock clock,
            Duration firstLook,
            Duration issueLimit) {
        this.accounts = accounts;
        this.keys = new OrderKeyStore(secrets);
        this.bundles = new BundleStore(secrets);
        this.topic = topic;
        this.clock = clock;
        this.firstLook = firstLook;
        this.issueLimit = issueLimit;
    }

    /**
     * One try.
     *
     * @param newKey asked at most once
     * @throws RetryLater where the CA, Vault or Kafka is away
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
        return switch (keys.take(order.orderId(), () -> keptKey(order, stored).orElseGet(newKey))) {
            case OrderKeyStore.GivenUp givenUp -> {
                clearIfOver(order);
                yield new IssuanceResult.GivenUp(givenUp.at());
            }
            case OrderKeyStore.Kept kept -> issue(account, order, kept, stored);
        };
    }

    /** By choice, and only where it is of the type that is wanted: the key of what is served. */
    private static Optional<CertificateKey> keptKey(Order order, Optional<Stored> earlier) {
        return earlier.filter(there -> order.keyReuse())
                .map(there -> CertificateKey.of(
                        there.bundle().privateKey(),
                        DownloadedChain.of(there.bundle()).chain().getFirst().getPublicKey()))
                .filter(key -> key.is(order.keyType()));
    }

    private IssuanceResult issue(AcmeAccount account, Order order, OrderKeyStore.Kept kept, Optional<Stored> earlier) {
        return switch (finalized(account, order, kept.key(), kept.isNew())) {
            case OrderProgress.Valid valid -> take(account, order, kept.key(), valid.certificateUrl(), earlier);
            case OrderProgress.Invalid invalid -> new IssuanceResult.Failed(invalid.problem());
            case OrderProgress.Refused refused -> new IssuanceResult.Failed(refused.problem());
            case OrderProgress.Pending pending -> throw notReady("wants proof of control again");
            case OrderProgress.Ready ready -> throw notReady("has not taken note of finalize");
            case OrderProgress.Processing processing -> throw notReady("is still issuing");
        };
    }

    private OrderProgress finalized(AcmeAccount account, Order order, CertificateKey key, boolean firstTry) {
        OrderProgress progress = firstTry ? new OrderProgress.Ready() : account.progress(order.acmeOrder());
        if (progress instanceof OrderProgress.Ready) {
            progress = account.finalizeOrder(order.acmeOrder(), order.identifiers(), key.pair());
        }
        return progress instanceof OrderProgress.Processing
                ? account.await(order.acmeOrder(), firstLook, issueLimit)
                : progress;
    }

    private IssuanceResult take(
            AcmeAccount account, Order order, CertificateKey key, URI certificateUrl, Optional<Stored> earlier) {
        List<X509Certificate> chain = account.download(certificateUrl);
        List<String> wrong =
                IssuedCertificateCheck.mismatches(key.publicKey(), order.identifiers(), chain, clock.instant());
        if (!wrong.isEmpty()) {
            Optional<Stored> meanwhile = storedBy(order);
            if (meanwhile.isPresent()) {
                // Another replica was through between our steps 1 and 2, key destroyed: ours is the one nobody asked
                // for.
                return new IssuanceResult.IssuedBefore(finish(order, meanwhile.get(), false));
            }
            LOG.errorf(
                    "ALARM: %s issued for '%s' what was not asked for, nothing was stored: %s",
                    order.issuer(), order.name(), wrong);
            return new IssuanceResult.Failed(Problem.of(
                    ErrorCode.CERTIFICATE_MISMATCH,
                    "the certificate of issuer '" + order.issuer() + "' is not what was asked for; it was not stored",
                    String.join("; ", wrong)));
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
        clearIfOver(order);
        return fact;
    }

    /**
     * Who ends a rehearsal leaves the mark first and destroys then: either we see the mark, or everything that we stored was there before
     * it, and is destroyed by whoever left it. Who died between storing and looking is delivered again, and finds the mark.
     */
    private void clearIfOver(Order order) {
        if (order.rehearsal() && keys.isGivenUp(order.orderId())) {
            bundles.destroy(BundlePaths.of(order));
        }
    }

    private IssuanceResult superseded(Order order, Stored later) {
        keys.clear(order.orderId());
        return new IssuanceResult.Superseded(later.bundle().orderId());
    }

    private static RetryLater notReady(String what) {
        // Read replicas of a CA may lag behind what they told the validation-service.
        return new RetryLater(Problem.of(ErrorCode.CA_MISBEHAVED, "the CA " + what + "; the order is looked at again"));
    }
}
