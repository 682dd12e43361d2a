package dev.perennial.testbed.ca;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.function.UnaryOperator;
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
        return changed(
                answer, url -> origin.resolve(URI.create(url).getRawPath()).toString());
    }

    /** A copy in which this URL has a query of this length; the same response if it has no such URL. */
    CaResponse withQuery(CaResponse answer, int length) {
        return changed(answer, url -> url + "?" + "x".repeat(length));
    }

    private CaResponse changed(CaResponse answer, UnaryOperator<String> change) {
        return switch (this) {
            case LOCATION ->
                answer.headers().contains("Location")
                        ? answer.withHeader(
                                "Location", change.apply(answer.headers().get("Location")))
                        : answer;
            case AUTHORIZATIONS ->
                answer.edited(json -> {
                    if (json.containsKey("authorizations")) {
                        json.put(
                                "authorizations",
                                json.getJsonArray("authorizations").stream()
                                        .map(url -> change.apply(url.toString()))
                                        .collect(Collectors.collectingAndThen(Collectors.toList(), JsonArray::new)));
                    }
                });
            case FINALIZE -> answer.edited(json -> change(json, "finalize", change));
            case CERTIFICATE -> answer.edited(json -> change(json, "certificate", change));
            case CHALLENGE ->
                answer.edited(json -> json.getJsonArray("challenges", new JsonArray())
                        .forEach(challenge -> change((JsonObject) challenge, "url", change)));
        };
    }

    private static void change(JsonObject json, String field, UnaryOperator<String> change) {
        if (json.containsKey(field)) {
            json.put(field, change.apply(json.getString(field)));
        }
    }
}
