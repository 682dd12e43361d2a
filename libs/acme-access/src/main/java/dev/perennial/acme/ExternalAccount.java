package dev.perennial.acme;

import dev.perennial.vault.Secret;
import java.net.URL;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.shredzone.acme4j.toolbox.JoseUtils;

/**
 * The credentials of an external account, to which the CA binds the ACME account (RFC 8555 section 7.3.4).
 *
 * @param keyIdentifier assigned by the CA
 */
record ExternalAccount(String keyIdentifier, SecretKeySpec macKey) {
    private static final String KEY_IDENTIFIER = "kid";
    private static final String MAC_KEY = "hmacKey";

    /**
     * @param secret {@code kid} and {@code hmacKey}, the latter in base64url
     * @throws IllegalArgumentException if a field is missing or malformed; the message contains no part of the secret
     */
    static ExternalAccount of(Secret secret) {
        String kid = secret.field(KEY_IDENTIFIER).orElseThrow(() -> missing(KEY_IDENTIFIER));
        String key = secret.field(MAC_KEY).orElseThrow(() -> missing(MAC_KEY));
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(key.strip());
            return new ExternalAccount(kid.strip(), new SecretKeySpec(bytes, "HMAC"));
        } catch (IllegalArgumentException e) {
            // No cause: its message may quote the secret.
            throw new IllegalArgumentException("its field '" + MAC_KEY + "' is not base64url");
        }
    }

    /** The externalAccountBinding field of newAccount: the account's public key, signed with the MAC key. */
    Map<String, Object> binding(PublicKey accountKey, URL newAccount) {
        return JoseUtils.createExternalAccountBinding(
                keyIdentifier, accountKey, macKey, AlgorithmIdentifiers.HMAC_SHA256, newAccount);
    }

    private static IllegalArgumentException missing(String field) {
        return new IllegalArgumentException("it has no field '" + field + "'");
    }

    /** Omits the key. */
    @Override
    public String toString() {
        return "ExternalAccount[" + keyIdentifier + "]";
    }
}
