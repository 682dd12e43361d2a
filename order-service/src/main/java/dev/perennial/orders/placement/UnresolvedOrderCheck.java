package dev.perennial.orders.placement;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.store.IssuedCertificateDetails;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.store.UnresolvedAcmeOrders;
import dev.perennial.orders.store.UnresolvedAcmeOrders.UnresolvedAcmeOrder;
import dev.perennial.platform.concurrency.Parallel;
import dev.perennial.rules.lifecycle.Input;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Asks the CA for the state of an ACME order that was left (ADR 10). If the CA has issued a certificate and the order has none
 * yet, the order continues there. A certificate that appears after the order has ended is recorded on the timeline, with
 * an alarm, and not used: its key is the order's key, in Vault only.
 */
@Singleton
class UnresolvedOrderCheck {
    private static final Logger LOG = Logger.getLogger(UnresolvedOrderCheck.class);
    /** For each issuer. */
    private static final int BATCH = 10;

    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final Database database;
    private final AcmeAccounts accounts;
    private final OrderTransitions transitions;
    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    UnresolvedOrderCheck(
            Database database, AcmeAccounts accounts, OrderTransitions transitions, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.accounts = accounts;
        this.transitions = transitions;
        this.clock = clock;
        this.meters = meters;
    }

    /** @return whether more checks may be due */
    boolean round() {
        List<UnresolvedAcmeOrder> due = database.inTransaction(tx -> {
            Instant now = Database.earlierTime(tx, clock);
            return new UnresolvedAcmeOrders(tx).take(BATCH, now, now.plus(INTERVAL));
        });
        // A CA that hangs must not delay the checks at the others: a batch takes as long as its slowest check.
        Parallel.forEach(due, this::checkOrPostpone);
        return !due.isEmpty();
    }

    /** A row that cannot be processed must not delay the others. */
    private void checkOrPostpone(UnresolvedAcmeOrder left) {
        try {
            check(left);
        } catch (RetryLater e) {
            if (!Database.isLocked(e)) {
                throw e;
            }
            LOG.debugf("order %s is locked; it is checked again in %s", left.orderId(), INTERVAL);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "ALARM: the ACME order %s, which order %s has left, could not be checked at its CA; it is checked again in %s; see"
                            + " docs/reference/errors.md#internal",
                    left.acmeOrder().url(),
                    left.orderId(),
                    INTERVAL);
        }
    }

    private void check(UnresolvedAcmeOrder left) {
        AcmeAccount account;
        OrderProgress progress;
        try {
            account = accounts.of(left.issuer(), Registration.NEVER);
            progress = account.progress(left.acmeOrder());
        } catch (RetryLater e) {
            giveUpIfExpired(left, e.getMessage());
            return;
        }
        switch (progress) {
            case OrderProgress.Valid valid -> valid(left, account, valid);
            case OrderProgress.Processing processing -> giveUpIfExpired(left, "the CA is still issuing");
            case OrderProgress.Refused refused -> giveUpIfExpired(left, "the CA refused the request");
            // The CA may have queued a finalize request whose response was lost.
            case OrderProgress.Pending pending -> giveUpIfExpired(left, "the CA has not issued");
            case OrderProgress.Ready ready -> giveUpIfExpired(left, "the CA has not issued");
            case OrderProgress.Invalid invalid -> resolve(left);
        }
    }

    /** Uses the certificate if the order has none yet. */
    private void valid(UnresolvedAcmeOrder left, AcmeAccount account, OrderProgress.Valid valid) {
        Optional<StoredOrder> order = database.inTransaction(tx -> new Orders(tx).find(left.orderId()));
        if (order.filter(StoredOrder::isInFlight).isEmpty()) {
            recordUnused(left, order, account.download(valid.certificateUrl()).getFirst());
            return;
        }
        database.inTransaction(tx -> transitions.apply(tx, left.orderId(), new Input.Recovered(left.acmeOrder())));
    }

    private void giveUpIfExpired(UnresolvedAcmeOrder left, String reason) {
        Instant now = database.inTransaction(tx -> Database.earlierTime(tx, clock));
        if (left.acmeOrder().expires().filter(now::isAfter).isPresent()) {
            LOG.warnf(
                    "whether the issuer %s issued a certificate for %s remains unknown: the ACME order has expired (%s)",
                    left.issuer(), left.acmeOrder().url(), reason);
            resolve(left);
        }
    }

    private void recordUnused(UnresolvedAcmeOrder left, Optional<StoredOrder> order, X509Certificate leaf) {
        var details = new IssuedCertificateDetails(leaf, Optional.empty());
        database.inTransaction(tx -> {
            new UnresolvedAcmeOrders(tx).remove(left);
            boolean used =
                    new IssuedCertificates(tx).find(details.fingerprint()).isPresent();
            if (!used) {
                order.ifPresent(it -> new Timeline(tx)
                        .add(
                                it.certificateId(),
                                new Timeline.Entry(
                                        clock.instant(),
                                        it.id(),
                                        "certificate.unused",
                                        Map.of(
                                                "issuer", left.issuer(),
                                                "acmeOrder", left.acmeOrder().url(),
                                                "serial", details.serial(),
                                                "fingerprint", details.fingerprint(),
                                                "notAfter", details.notAfter()),
                                        it.initiator(),
                                        it.traceId())));
                meters.counter("perennial_unused_certificates_total", "issuer", left.issuer())
                        .increment();
                LOG.errorf(
                        "ALARM: the issuer %s issued a certificate for an ACME order that was left: %s, serial %s, valid until %s. It is not used, because the order %s has ended; revoke it at the CA if it must not exist; see docs/concepts/failover.md",
                        left.issuer(), left.acmeOrder().url(), details.serial(), details.notAfter(), left.orderId());
            }
            return used;
        });
    }

    private void resolve(UnresolvedAcmeOrder left) {
        database.inTransaction(tx -> {
            // In the sequence of OrderTransitions: a move of the order may remove the row.
            new Orders(tx).lock(left.orderId());
            UnresolvedAcmeOrders table = new UnresolvedAcmeOrders(tx);
            if (table.remove(left) && table.issuers(left.orderId()).isEmpty()) {
                new Orders(tx).resolved(left.orderId());
            }
            return left;
        });
    }
}
