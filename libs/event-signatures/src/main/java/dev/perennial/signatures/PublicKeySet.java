package dev.perennial.signatures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.platform.crypto.VerificationKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The public keys of a service as JSON Web Key Set (RFC 7517 section 5).
 *
 * @param keys by id
 */
record PublicKeySet(Map<String, VerificationKey> keys) {
    static final PublicKeySet EMPTY = new PublicKeySet(Map.of());

    /** Two are usual. */
    private static final int MAX_KEYS = 16;

    private static final int MAX_LENGTH = 16 * 1024;

    PublicKeySet {
        keys = Map.copyOf(keys);
    }

    static String toJson(List<String> jwks) {
        return "{\"keys\":[" + String.join(",", jwks) + "]}";
    }

    /** @throws IllegalArgumentException if it is not a set of P-256 keys */
    static PublicKeySet parse(String json) {
        try {
            JsonNode array = json.length() > MAX_LENGTH
                    ? EventCodec.mapper().nullNode()
                    : EventCodec.mapper().readTree(json).path("keys");
            if (!array.isArray() || array.size() > MAX_KEYS) {
                throw new IllegalArgumentException("it has no array 'keys' of at most " + MAX_KEYS + " keys");
            }
            List<VerificationKey> parsed = new ArrayList<>();
            array.forEach(key -> parsed.add(VerificationKey.parse(key.toString())));
            Map<String, VerificationKey> byId = new HashMap<>();
            parsed.forEach(key -> byId.put(key.id(), key));
            return new PublicKeySet(byId);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON", e);
        }
    }

    Optional<VerificationKey> find(String id) {
        return Optional.ofNullable(keys.get(id));
    }
}
