package dev.perennial.testbed.ca;

import dev.perennial.testbed.ca.CaLimits.Admitted;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies requests and Pebble's responses to the {@link CaLimits}. Single-threaded. */
final class LimitObserver {
    private final CaLimits limits;
    private final Map<String, Admitted> byFinalizePath = new HashMap<>();
    private final Set<String> failed = new HashSet<>();

    LimitObserver(CaLimits limits) {
        this.limits = limits;
    }

    /** @return the response if a limit refuses the request */
    Optional<CaResponse> refusal(RequestKind kind, Buffer body, Instant now) {
        return limits.admitRequest(kind, now)
                .or(() -> kind == RequestKind.NEW_ORDER ? limits.admitOrder(orderOf(body), now) : Optional.empty())
                .map(LimitObserver::response);
    }

    void answered(RequestKind kind, String path, Buffer body, CaResponse answer, Instant now) {
        if (kind == RequestKind.NEW_ORDER) {
            Optional<JsonObject> order = answer.json().filter(created -> answer.status() < 300);
            order.ifPresentOrElse(
                    created -> byFinalizePath.put(OrderNames.path(created.getString("finalize")), orderOf(body)),
                    () -> limits.orderNotCreated(orderOf(body), now));
        }
        if (kind == RequestKind.FINALIZE && answer.status() == 200) {
            Optional.ofNullable(byFinalizePath.remove(path)).ifPresent(order -> limits.issued(order, now));
        }
        if (kind == RequestKind.AUTHORIZATION) {
            answer.json()
                    .filter(it -> "invalid".equals(it.getString("status")) && failed.add(path))
                    .ifPresent(it -> limits.failed(
                            account(body), it.getJsonObject("identifier").getString("value"), now));
        }
    }

    private static Admitted orderOf(Buffer body) {
        JsonObject order = SignedRequest.of(body).payload().orElseGet(JsonObject::new);
        return new Admitted(account(body), OrderNames.identifiers(order), order.containsKey("replaces"));
    }

    private static String account(Buffer body) {
        return SignedRequest.of(body).account().orElse("");
    }

    private static CaResponse response(CaLimits.Refusal refusal) {
        CaResponse response = refusal.status() == 503
                ? CaResponse.page(503, refusal.detail())
                : CaResponse.problem(refusal.status(), "rateLimited", refusal.detail());
        return response.withHeader(
                "Retry-After",
                Long.toString(refusal.retryAfter().plusNanos(999_999_999).toSeconds()));
    }
}
