package dev.perennial.testbed.ca;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the CA was asked, counted where every request passes. */
final class Counts {
    private final Map<RequestKind, LongAdder> requests = new EnumMap<>(RequestKind.class);
    private final LongAdder finalized = new LongAdder();
    private final Set<String> finalizedOrders = ConcurrentHashMap.newKeySet();

    Counts() {
        for (RequestKind kind : RequestKind.values()) {
            requests.put(kind, new LongAdder());
        }
    }

    void asked(RequestKind kind) {
        requests.get(kind).increment();
    }

    void answered(RequestKind kind, String path, int status) {
        if (kind == RequestKind.FINALIZE && status == 200) {
            finalized.increment();
            finalizedOrders.add(path);
        }
    }

    FrontCounts snapshot() {
        Map<RequestKind, Long> byKind = new EnumMap<>(RequestKind.class);
        requests.forEach((kind, count) -> byKind.put(kind, count.sum()));
        return new FrontCounts(byKind, finalized.sum(), finalizedOrders.size());
    }
}
