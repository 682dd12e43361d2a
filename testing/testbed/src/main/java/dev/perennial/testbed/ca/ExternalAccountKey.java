package dev.perennial.testbed.ca;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/**
 * The external account of a customer at the CA (RFC 8555 section 7.3.4).
 *
 * @param hmacKey base64url
 */
public record ExternalAccountKey(String kid, String hmacKey) {
    private static final int KEY_BYTES = 32;

    static ExternalAccountKey random() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new ExternalAccountKey(
                "customer-1", Base64.getUrlEncoder().withoutPadding().encodeToString(key));
    }

    /** The fields of the secret in Vault. */
    public Map<String, String> fields() {
        return Map.of("kid", kid, "hmacKey", hmacKey);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ExternalAccount[" + kid + "]";
    }
}
