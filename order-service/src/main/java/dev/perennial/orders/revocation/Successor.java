package dev.perennial.orders.revocation;

import java.time.Instant;

/** What has come, or comes, after the certificate that is to be revoked. */
sealed interface Successor {
    /** Nobody has ordered one. */
    record None() implements Successor {}

    /** Ordered, or issued and not proven on every target. */
    record UnderWay() implements Successor {}

    /** Its order was given up. */
    record Failed(Instant at) implements Successor {}

    /** Proven on every target, and with another key where that counts. */
    record Served() implements Successor {}
}
