package dev.perennial.orders.issuer.limits;

import dev.perennial.rules.limits.Limits;

/** Which limits an issuer has. */
@FunctionalInterface
public interface IssuerLimits {
    /** {@link Limits#NONE} for an unknown issuer. */
    Limits of(String issuer);
}
