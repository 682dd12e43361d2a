package dev.perennial.testbed.ca;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The names of a request's order. They are recorded from Pebble's responses about orders and authorizations. */
final class OrderNames {
    private final Map<String, Set<String>> byPath = new ConcurrentHashMap<>();

    /** @return the order's identifiers; empty if the request has no order, or an order that is not recorded */
    Set<String> of(RequestKind kind, String path, Buffer body) {
        return kind == RequestKind.NEW_ORDER
                ? SignedRequest.of(body).payload().map(OrderNames::identifiers).orElse(Set.of())
                : byPath.getOrDefault(path, Set.of());
    }

    void record(RequestKind kind, String path, CaResponse answer) {
        if (answer.status() >= 300) {
            return;
        }
        switch (kind) {
            case NEW_ORDER ->
                answer.json().ifPresent(order -> {
                    Set<String> names = identifiers(order);
                    put(answer.headers().get("Location"), names);
                    put(order.getString("finalize"), names);
                    order.getJsonArray("authorizations", new JsonArray()).forEach(url -> put(url.toString(), names));
                });
            case ORDER, FINALIZE ->
                answer.json().ifPresent(order -> put(order.getString("certificate"), of(kind, path, null)));
            case AUTHORIZATION ->
                answer.json().ifPresent(authorization -> authorization
                        .getJsonArray("challenges", new JsonArray())
                        .forEach(challenge -> put(((JsonObject) challenge).getString("url"), of(kind, path, null))));
            case DIRECTORY,
                    NEW_NONCE,
                    NEW_ACCOUNT,
                    ACCOUNT,
                    ORDERS,
                    CHALLENGE,
                    CERTIFICATE,
                    REVOCATION,
                    RENEWAL_INFO,
                    OTHER -> {}
        }
    }

    private void put(String url, Set<String> names) {
        if (url != null) {
            byPath.put(path(url), names);
        }
    }

    static String path(String url) {
        return URI.create(url).getPath();
    }

    static Set<String> identifiers(JsonObject order) {
        return order.getJsonArray("identifiers", new JsonArray()).stream()
                .map(identifier -> ((JsonObject) identifier).getString("value"))
                .collect(Collectors.toUnmodifiableSet());
    }
}
