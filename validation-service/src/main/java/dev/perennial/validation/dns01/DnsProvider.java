package dev.perennial.validation.dns01;

/**
 * Where TXT records are written. Thread-safe. Both methods block, touch nothing but the one value, and may be repeated. They
 * throw {@link dev.perennial.events.RetryLater} with {@code DNS_UNAVAILABLE} where the provider cannot be reached, and
 * {@link dev.perennial.validation.challenges.PresentationException} where it is reached and refuses.
 */
interface DnsProvider {
    /** Returns when the provider has it; its servers may show it later. */
    void add(TxtRecord record);

    /** Leaves the other values of the name alone. */
    void remove(TxtRecord record);
}
