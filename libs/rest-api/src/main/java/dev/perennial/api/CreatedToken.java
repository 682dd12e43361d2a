package dev.perennial.api;

import java.util.Optional;

/**
 * A new service token.
 *
 * @param token its text, which cannot be read again
 * @param approval for which it waits; requests with it are refused before
 */
public record CreatedToken(String token, TokenDetail detail, Optional<WaitingApproval> approval) {
    public CreatedToken {
        approval = Absent.asEmpty(approval);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "CreatedToken[" + detail.id() + "]";
    }
}
