package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateIssued;
import dev.perennial.orders.chores.Chore;
import dev.perennial.orders.chores.Chores;
import dev.perennial.orders.inventory.Issued;
import dev.perennial.orders.inventory.IssuedCertificates;
import dev.perennial.orders.inventory.StoredOrder;
import dev.perennial.orders.renewal.rules.Circumstances;
import dev.perennial.orders.renewal.rules.RenewalRules;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Plans what is to be done about a certificate once it is issued. */
public final class Upkeep {
    /** A CA that has just issued has not revoked, and its lists are not that fresh. */
    private static final Duration FIRST_LOOK_AT_STATUS = Duration.ofHours(1);

    private final Handle tx;

    public Upkeep(Handle tx) {
        this.tx = tx;
    }

    /** @param order of which the certificate came */
    public void begin(CertificateIssued fact, StoredOrder order, Instant now) {
        IssuedCertificates issued = new IssuedCertificates(tx);
        issued.add(fact, order, now);
        Issued certificate = issued.find(fact.fingerprint()).orElseThrow();
        Chores chores = new Chores(tx);
        Instant expires = certificate.notAfter();
        chores.set(fact.certificateId(), Chore.RENEW, renewalTime(certificate), expires);
        chores.set(fact.certificateId(), Chore.POLL_ARI, now, expires);
        chores.set(fact.certificateId(), Chore.CHECK_STATUS, now.plus(FIRST_LOOK_AT_STATUS), expires);
    }

    private static Instant renewalTime(Issued certificate) {
        return RenewalRules.of(Circumstances.of(certificate.notBefore(), certificate.notAfter(), certificate.spread()))
                .at();
    }
}
