package dev.perennial.vault;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An issued certificate with its private key, as stored. Its {@code toString} omits the key.
 *
 * @param privateKey PKCS#8 PEM
 * @param chain PEM certificates, leaf first, without the root, in one text
 * @param serial lower-case hex
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param issuer the issuer at which it was ordered; absent in bundles of older versions
 */
public record Bundle(
        CertificateId certificateId,
        OrderId orderId,
        String name,
        String privateKey,
        String chain,
        String serial,
        String fingerprint,
        Instant notAfter,
        Optional<String> issuer) {

    public Map<String, String> toSecret() {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("certificateId", certificateId.toString());
        data.put("orderId", orderId.toString());
        data.put("name", name);
        data.put("privateKey", privateKey);
        data.put("chain", chain);
        data.put("serial", serial);
        data.put("fingerprint", fingerprint);
        data.put("notAfter", notAfter.toString());
        issuer.ifPresent(value -> data.put("issuer", value));
        return data;
    }

    /** @throws IllegalStateException if a field is missing */
    public static Bundle from(Secret secret) {
        return new Bundle(
                CertificateId.of(secret.require("certificateId")),
                OrderId.of(secret.require("orderId")),
                secret.require("name"),
                secret.require("privateKey"),
                secret.require("chain"),
                secret.require("serial"),
                secret.require("fingerprint"),
                Instant.parse(secret.require("notAfter")),
                secret.field("issuer"));
    }

    @Override
    public String toString() {
        return "Bundle[" + name + ", serial=" + serial + ", order=" + orderId + "]";
    }
}
