package dev.perennial.testbed.ca;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Optional;

/**
 * The content of a request (RFC 8555 section 6.2). Pebble checks the signature.
 *
 * @param account the account's URL; empty if the request contains its own key or is not signed
 * @param payload empty for POST-as-GET
 */
record SignedRequest(Optional<String> account, Optional<JsonObject> payload) {
    static SignedRequest of(Buffer body) {
        return object(body)
                .map(jws -> new SignedRequest(
                        part(jws, "protected").map(header -> header.getString("kid")), part(jws, "payload")))
                .orElse(new SignedRequest(Optional.empty(), Optional.empty()));
    }

    private static Optional<JsonObject> part(JsonObject jws, String field) {
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(jws.getString(field, ""));
            return object(Buffer.buffer(decoded));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonObject> object(Buffer text) {
        try {
            return text.length() == 0 ? Optional.empty() : Optional.of(new JsonObject(text));
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }
}
