package dev.perennial.api;

/**
 * A new service token.
 *
 * @param token its text, which cannot be read again
 */
public record CreatedToken(String token, TokenDetail detail) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "CreatedToken[" + detail.id() + "]";
    }
}
