package dev.perennial.orders.issuer.limits;

import dev.perennial.rules.limits.Limits;

/** Which limits an issuer has. */
@FunctionalInterface
public interface IssuerLimits {
    /** {@link Limits#NONE} for one that nobody knows (any more). */
    Limits of(String issuer);
}
