package dev.perennial.orders.issuer.limits;

import dev.perennial.rules.limits.Limits;

/** The limits of each issuer. */
@FunctionalInterface
public interface IssuerLimits {
    /** {@link Limits#NONE} for an unknown issuer. */
    Limits of(String issuer);
}
