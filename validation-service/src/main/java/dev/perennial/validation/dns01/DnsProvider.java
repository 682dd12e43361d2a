package dev.perennial.validation.dns01;

/**
 * Writes TXT records. Thread-safe. The changes block, concern only the given value, and are idempotent. They throw
 * {@link dev.perennial.events.RetryLater} with {@code DNS_UNAVAILABLE} if the provider is unavailable, and
 * {@link dev.perennial.validation.challenges.PresentationException} if it refuses the change.
 */
interface DnsProvider {
    /** Returns when the provider has accepted the record; its servers may serve it later. */
    void add(TxtRecord record);

    /** Keeps the other values of the name. */
    void remove(TxtRecord record);

    /** Looks for rights of the credential that are not needed. Changes nothing. Blocks, and throws like the others. */
    default VisibleRights rights() {
        return new VisibleRights.Unknown("its API does not show them");
    }
}
