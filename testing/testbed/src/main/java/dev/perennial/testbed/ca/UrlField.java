package dev.perennial.testbed.ca;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.stream.Collectors;

/** The URLs in the CA's responses that clients use (RFC 8555 section 7.1). */
public enum UrlField {
    /** The header of the newOrder response: the URL of the order. */
    LOCATION,
    /** The field of an order. */
    AUTHORIZATIONS,
    /** The field of an order. */
    FINALIZE,
    /** The field of a valid order. */
    CERTIFICATE,
    /** The field of each challenge in an authorization. */
    CHALLENGE;

    /** A copy in which this URL has another origin and the same path; the same response if it has no such URL. */
    CaResponse withOrigin(CaResponse answer, URI origin) {
        return switch (this) {
            case LOCATION ->
                answer.headers().contains("Location")
                        ? answer.withHeader("Location", moved(answer.headers().get("Location"), origin))
                        : answer;
            case AUTHORIZATIONS ->
                answer.edited(json -> {
                    if (json.containsKey("authorizations")) {
                        json.put(
                                "authorizations",
                                json.getJsonArray("authorizations").stream()
                                        .map(url -> moved(url.toString(), origin))
                                        .collect(Collectors.collectingAndThen(Collectors.toList(), JsonArray::new)));
                    }
                });
            case FINALIZE -> answer.edited(json -> move(json, "finalize", origin));
            case CERTIFICATE -> answer.edited(json -> move(json, "certificate", origin));
            case CHALLENGE ->
                answer.edited(json -> json.getJsonArray("challenges", new JsonArray())
                        .forEach(challenge -> move((JsonObject) challenge, "url", origin)));
        };
    }

    private static void move(JsonObject json, String field, URI origin) {
        if (json.containsKey(field)) {
            json.put(field, moved(json.getString(field), origin));
        }
    }

    private static String moved(String url, URI origin) {
        return origin.resolve(URI.create(url).getRawPath()).toString();
    }
}
