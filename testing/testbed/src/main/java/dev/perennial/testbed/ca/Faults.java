package dev.perennial.testbed.ca;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The faults of the CA, which can be switched on and off while it runs:
 * {@code faults.at(FINALIZE).of("shop.demo.test").times(2).switchOn(Misbehaviour.losesAnswer())}. The first
 * matching fault applies to a request, in the order in which the faults were switched on.
 */
public final class Faults {
    private final List<Fault> on = new CopyOnWriteArrayList<>();

    Faults() {}

    /** Selects all requests of these kinds; narrow the selection before {@code switchOn}. */
    public Where at(RequestKind first, RequestKind... others) {
        return new Where(EnumSet.of(first, others), Optional.empty(), 0, Long.MAX_VALUE);
    }

    /** Whether a fault is switched on, including one that has reached its number of injections. */
    public boolean any() {
        return !on.isEmpty();
    }

    public void switchAllOff() {
        on.clear();
    }

    Optional<Misbehaviour> next(RequestKind kind, Set<String> names) {
        return on.stream()
                .filter(fault -> fault.applies(kind, names))
                .map(Fault::misbehaviour)
                .findFirst();
    }

    void switchOff(Fault fault) {
        on.remove(fault);
    }

    /** Selects the requests to which a fault applies. */
    public final class Where {
        private final Set<RequestKind> kinds;
        private final Optional<String> name;
        private final long skipped;
        private final long times;

        private Where(Set<RequestKind> kinds, Optional<String> name, long skipped, long times) {
            this.kinds = kinds;
            this.name = name;
            this.skipped = skipped;
            this.times = times;
        }

        /** Only requests of orders with this DNS name. */
        public Where of(String dnsName) {
            return new Where(kinds, Optional.of(dnsName), skipped, times);
        }

        /** Skips the first matching requests. */
        public Where after(int requests) {
            return new Where(kinds, name, requests, times);
        }

        /** Ends after this number of injections. */
        public Where times(int injections) {
            return new Where(kinds, name, skipped, injections);
        }

        public Fault switchOn(Misbehaviour misbehaviour) {
            Fault fault = new Fault(Faults.this, this, misbehaviour);
            on.add(fault);
            return fault;
        }

        boolean matches(RequestKind kind, Set<String> names) {
            return kinds.contains(kind) && name.map(names::contains).orElse(true);
        }

        long skipped() {
            return skipped;
        }

        long times() {
            return times;
        }
    }
}
