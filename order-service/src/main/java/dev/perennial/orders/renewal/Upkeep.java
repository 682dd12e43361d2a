package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateIssued;
import dev.perennial.orders.scheduling.Chore;
import dev.perennial.orders.scheduling.Chores;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.StoredOrder;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Plans what is to be done about a certificate once it is issued. */
public final class Upkeep {
    private final Handle tx;

    public Upkeep(Handle tx) {
        this.tx = tx;
    }

    /** @param order of which the certificate came */
    public void begin(CertificateIssued fact, StoredOrder order, Instant now) {
        new IssuedCertificates(tx).add(fact, order, now);
        Chores chores = new Chores(tx);
        Instant expires = fact.notAfter();
        // At once: whoever renews it finds out when that is, and comes back then.
        chores.set(fact.certificateId(), Chore.RENEW, now, expires);
        chores.set(fact.certificateId(), Chore.POLL_ARI, now, expires);
        chores.set(fact.certificateId(), Chore.CHECK_STATUS, now, expires);
    }
}
