package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.requests.CertificateSpec;
import java.util.EnumSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Whether an order may have the key of what is served: never one that somebody else may have. */
public final class KeyReuse {
    private static final Set<OrderCause> NEW_KEY = EnumSet.of(OrderCause.REVOKED, OrderCause.KEY_COMPROMISED);

    private KeyReuse() {}

    /** What is to be ordered: as it is wanted, with a new key where the old one may not be used again. */
    public static CertificateSpec of(Handle tx, CertificateId id, CertificateSpec wanted, OrderCause cause) {
        return wanted.keyReuse() && (NEW_KEY.contains(cause) || isTainted(tx, id)) ? wanted.withNewKey() : wanted;
    }

    private static boolean isTainted(Handle tx, CertificateId id) {
        return new IssuedCertificates(tx)
                .current(id)
                .filter(issued -> issued.revokedAt().isPresent()
                        || issued.keyCompromisedAt().isPresent())
                .isPresent();
    }
}
