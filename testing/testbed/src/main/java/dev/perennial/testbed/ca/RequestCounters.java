package dev.perennial.testbed.ca;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests to the CA. */
final class RequestCounters {
    private final Map<RequestKind, LongAdder> requests = new EnumMap<>(RequestKind.class);
    private final LongAdder finalized = new LongAdder();
    private final Set<String> finalizedOrders = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> finalizedByName = new ConcurrentHashMap<>();
    private final Map<String, List<String>> replacedByName = new ConcurrentHashMap<>();
    private final Map<String, List<String>> orderedByName = new ConcurrentHashMap<>();

    RequestCounters() {
        for (RequestKind kind : RequestKind.values()) {
            requests.put(kind, new LongAdder());
        }
    }

    /** @param account URL of the account whose order the CA created */
    void ordered(String account, Set<String> names) {
        names.forEach(name -> orderedByName
                .computeIfAbsent(name, first -> new CopyOnWriteArrayList<>())
                .add(account));
    }

    List<String> ordered(String name) {
        return List.copyOf(orderedByName.getOrDefault(name, List.of()));
    }

    /** @param renewalId the {@code replaces} value of the order (RFC 9773 section 5) */
    void replaced(String renewalId, Set<String> names) {
        names.forEach(name -> replacedByName
                .computeIfAbsent(name, first -> new CopyOnWriteArrayList<>())
                .add(renewalId));
    }

    List<String> replaced(String name) {
        return List.copyOf(replacedByName.getOrDefault(name, List.of()));
    }

    void received(RequestKind kind) {
        requests.get(kind).increment();
    }

    /** @param names of the request's order */
    void answered(RequestKind kind, String path, Set<String> names, int status) {
        if (kind == RequestKind.FINALIZE && status == 200) {
            finalized.increment();
            finalizedOrders.add(path);
            names.forEach(name -> finalizedByName
                    .computeIfAbsent(name, first -> new LongAdder())
                    .increment());
        }
    }

    long finalized(String name) {
        LongAdder count = finalizedByName.get(name);
        return count == null ? 0 : count.sum();
    }

    RequestCounts snapshot() {
        Map<RequestKind, Long> byKind = new EnumMap<>(RequestKind.class);
        requests.forEach((kind, count) -> byKind.put(kind, count.sum()));
        return new RequestCounts(byKind, finalized.sum(), finalizedOrders.size());
    }
}
