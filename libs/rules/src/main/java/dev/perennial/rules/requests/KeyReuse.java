package dev.perennial.rules.requests;

import dev.perennial.rules.lifecycle.OrderCause;
import java.util.EnumSet;
import java.util.Set;

/** Decides whether an order may reuse the key of the current certificate: never a key that may be compromised. */
public final class KeyReuse {
    private static final Set<OrderCause> NEW_KEY = EnumSet.of(OrderCause.REVOKED, OrderCause.KEY_COMPROMISED);

    private KeyReuse() {}

    /**
     * @param tainted whether the current certificate is revoked, or its key is reported as compromised
     * @return the requested spec, with a new key if the old one must not be reused
     */
    public static CertificateSpec of(CertificateSpec requested, OrderCause cause, boolean tainted) {
        return requested.keyReuse() && (tainted || NEW_KEY.contains(cause)) ? requested.withNewKey() : requested;
    }
}
