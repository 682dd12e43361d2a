package dev.perennial.acme;

/** Inspects the current state of issuers, without any cached data. */
public interface IssuerInspector {
    /**
     * Reads only: places no order, registers no account and changes nothing. Blocks for up to a few request timeouts.
     *
     * @throws IllegalArgumentException if the issuer is not configured
     */
    IssuerInspection inspect(String issuer);
}
