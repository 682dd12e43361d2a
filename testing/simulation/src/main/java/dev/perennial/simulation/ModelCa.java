package dev.perennial.simulation;

import dev.perennial.rules.limits.Limits;

/**
 * The two CAs of the model. One tells when it would like certificates to be renewed (RFC 9773), and exempts such renewals from its
 * limits; the other does neither. Both limit as Let's Encrypt does.
 *
 * @param share of all certificates
 */
enum ModelCa {
    WITH_ARI(true, 0.8),
    WITHOUT_ARI(false, 0.2);

    static final Limits LIMITS = Limits.LETS_ENCRYPT;

    /** How often a certificate's window is looked at, in seconds: what Let's Encrypt asks for. */
    static final int POLL = 6 * 3_600;

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
