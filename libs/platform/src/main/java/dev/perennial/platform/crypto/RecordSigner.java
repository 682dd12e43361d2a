package dev.perennial.platform.crypto;

import java.util.Map;

/** Signs records in the name of their writer. */
@FunctionalInterface
public interface RecordSigner {
    /**
     * Signs a record.
     *
     * @param headers of the record, names in lower case
     * @param value null for a tombstone
     * @return the value of the header {@code ce_signature}
     * @throws dev.perennial.events.RetryLater if the key cannot be read now
     */
    String sign(String topic, Map<String, String> headers, byte[] value);
}
