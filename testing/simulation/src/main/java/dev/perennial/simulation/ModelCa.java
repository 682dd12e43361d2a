package dev.perennial.simulation;

import dev.perennial.rules.limits.Limits;

/**
 * The two CAs of the model. One suggests renewal windows (RFC 9773) and exempts such renewals from its limits; the other does
 * neither. Both have the limits of Let's Encrypt.
 *
 * @param share of all certificates
 */
enum ModelCa {
    WITH_ARI(true, 0.8),
    WITHOUT_ARI(false, 0.2);

    static final Limits LIMITS = Limits.LETS_ENCRYPT;

    /** Polling interval of a certificate's window, in seconds: the Retry-After of Let's Encrypt. */
    static final int POLL_INTERVAL = 6 * 3_600;

    private final boolean ari;
    private final double share;

    ModelCa(boolean ari, double share) {
        this.ari = ari;
        this.share = share;
    }

    boolean ari() {
        return ari;
    }

    double share() {
        return share;
    }
}
