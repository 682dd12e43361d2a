package dev.perennial.testbed.ca;

import java.util.Map;

/**
 * Requests to the CA since its start.
 *
 * @param requests by kind; contains every kind
 * @param successfulFinalizes finalize requests answered with 200
 * @param ordersFinalized distinct orders among them, which is the number of issued certificates
 */
public record RequestCounts(Map<RequestKind, Long> requests, long successfulFinalizes, long ordersFinalized) {
    public RequestCounts {
        requests = Map.copyOf(requests);
    }

    public long of(RequestKind kind) {
        return requests.get(kind);
    }

    public long total() {
        return requests.values().stream().mapToLong(Long::longValue).sum();
    }
}
