package dev.perennial.testbed.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A process into which faults are injected, and its faults in order. */
enum FaultTarget {
    ORDER_SERVICE("order-service", true, InjectedFault.KILL, InjectedFault.FREEZE),
    VALIDATION_SERVICE("validation-service", true, InjectedFault.KILL, InjectedFault.FREEZE),
    ISSUANCE_SERVICE("issuance-service", true, InjectedFault.KILL, InjectedFault.FREEZE),
    DEPLOY_AGENT("deploy-agent", true, InjectedFault.KILL, InjectedFault.FREEZE),
    KAFKA("kafka", false, InjectedFault.KILL, InjectedFault.CUT, InjectedFault.FREEZE),
    POSTGRES("postgres", false, InjectedFault.KILL, InjectedFault.CUT, InjectedFault.FREEZE),
    /** Never killed: OpenBao keeps its data in memory in the testbed. */
    VAULT("vault", false, InjectedFault.SEAL, InjectedFault.CUT, InjectedFault.FREEZE),
    /** Never killed: Pebble keeps its orders in memory. */
    CA("ca", false, InjectedFault.LOSE_RESPONSES, InjectedFault.CUT, InjectedFault.FREEZE),
    /** No CUT: queries and updates mostly use UDP, which has no connections. */
    DNS("dns", false, InjectedFault.KILL, InjectedFault.FREEZE);

    private static final Set<FaultTarget> BEHIND_A_PROXY = EnumSet.of(KAFKA, POSTGRES, VAULT);

    private final String title;
    private final boolean service;
    private final List<InjectedFault> faults;

    FaultTarget(String title, boolean service, InjectedFault... faults) {
        this.title = title;
        this.service = service;
        this.faults = List.of(faults);
    }

    /** Whether the target is a service of Perennial; the others are the parts that the services use. */
    boolean isService() {
        return service;
    }

    /** A loss of all packets does not end within seconds, so only long outages include it. */
    List<InjectedFault> faults(OutageLength length) {
        return length == OutageLength.LONG && BEHIND_A_PROXY.contains(this)
                ? Stream.concat(faults.stream(), Stream.of(InjectedFault.LOSE_PACKETS))
                        .toList()
                : faults;
    }

    static List<FaultTarget> services() {
        return Arrays.stream(values()).filter(FaultTarget::isService).toList();
    }

    static List<FaultTarget> parts() {
        return Arrays.stream(values()).filter(target -> !target.isService()).toList();
    }

    @Override
    public String toString() {
        return title;
    }
}
