package dev.perennial.testbed.ca;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What goes wrong at the CA, switched on and off while it runs:
 * {@code faults.at(FINALIZE).of("shop.demo.test").times(2).switchOn(Misbehaviour.losesAnswer())}. A request meets the first
 * fault that matches it, in the order in which they were switched on.
 */
public final class Faults {
    private final List<Fault> on = new CopyOnWriteArrayList<>();

    Faults() {}

    /** Requests of these kinds, of every order, every time; narrow it before switching on. */
    public Where at(RequestKind first, RequestKind... others) {
        return new Where(EnumSet.of(first, others), Optional.empty(), 0, Long.MAX_VALUE);
    }

    /** Whether a fault is on, also one that has struck as often as it was to. */
    public boolean any() {
        return !on.isEmpty();
    }

    public void switchAllOff() {
        on.clear();
    }

    Optional<Misbehaviour> strike(RequestKind kind, Set<String> names) {
        return on.stream()
                .filter(fault -> fault.strikes(kind, names))
                .map(Fault::misbehaviour)
                .findFirst();
    }

    void switchOff(Fault fault) {
        on.remove(fault);
    }

    /** Which requests a fault strikes. */
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

        /** Only where the order has this DNS name among its identifiers. */
        public Where of(String dnsName) {
            return new Where(kinds, Optional.of(dnsName), skipped, times);
        }

        /** Lets the first such requests through. */
        public Where after(int requests) {
            return new Where(kinds, name, requests, times);
        }

        /** Ends by itself after so many strikes. */
        public Where times(int strikes) {
            return new Where(kinds, name, skipped, strikes);
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
