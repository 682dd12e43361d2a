package dev.perennial.acme;

import dev.perennial.events.Problem;

/** The CA's answer to revokeCert. */
public sealed interface RevokeResult {
    /** The certificate is revoked, by this request or by an earlier one ({@code alreadyRevoked}). */
    record Revoked() implements RevokeResult {}

    /**
     * The CA refuses the signer of the request or the reason code: {@code CA_REFUSED} with the CA's problem as
     * evidence.
     */
    record Refused(Problem problem) implements RevokeResult {}
}
