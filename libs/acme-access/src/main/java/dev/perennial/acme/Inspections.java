package dev.perennial.acme;

/** Looks at issuers as they are now; nothing that an earlier call learnt is believed. */
public interface Inspections {
    /**
     * Orders, registers and changes nothing. Blocks, a few times as long as one request may take.
     *
     * @throws IllegalArgumentException where the issuer is not configured
     */
    Inspection inspect(String issuer);
}
