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
    /** Second replicas take part in long outages only. */
    ORDER_SERVICE_2("order-service.2", true, InjectedFault.KILL, InjectedFault.FREEZE),
    VALIDATION_SERVICE_2("validation-service.2", true, InjectedFault.KILL, InjectedFault.FREEZE),
    ISSUANCE_SERVICE_2("issuance-service.2", true, InjectedFault.KILL, InjectedFault.FREEZE),
    DEPLOY_AGENT("deploy-agent", true, InjectedFault.KILL, InjectedFault.FREEZE),
    KAFKA("kafka", false, InjectedFault.KILL, InjectedFault.CUT, InjectedFault.FREEZE),
    POSTGRES("postgres", false, InjectedFault.KILL, InjectedFault.CUT, InjectedFault.FREEZE),
    VAULT("vault", false, InjectedFault.KILL, InjectedFault.SEAL, InjectedFault.CUT, InjectedFault.FREEZE),
    /** Never killed: Pebble keeps its orders in memory. */
    CA("ca", false, InjectedFault.LOSE_RESPONSES, InjectedFault.CUT, InjectedFault.FREEZE),
    /** No CUT: queries and updates mostly use UDP, which has no connections. */
    DNS("dns", false, InjectedFault.KILL, InjectedFault.FREEZE);

    private static final Set<FaultTarget> BEHIND_A_PROXY = EnumSet.of(KAFKA, POSTGRES, VAULT);
    private static final Set<FaultTarget> SECOND_REPLICAS =
            EnumSet.of(ORDER_SERVICE_2, VALIDATION_SERVICE_2, ISSUANCE_SERVICE_2);

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

    List<InjectedFault> faults(OutageLength length) {
        return switch (length) {
            case SHORT -> faults;
            case LONG -> Stream.concat(faults.stream(), longFaults()).toList();
        };
    }

    /** A loss of all packets does not end within seconds, so only long outages include it. */
    private Stream<InjectedFault> longFaults() {
        if (BEHIND_A_PROXY.contains(this)) {
            return Stream.of(InjectedFault.LOSE_PACKETS);
        }
        if (this == DEPLOY_AGENT) {
            return Stream.of(InjectedFault.CLOCK_AHEAD, InjectedFault.EXHAUST_HEAP, InjectedFault.FILL_DISK);
        }
        return service ? Stream.of(InjectedFault.CLOCK_AHEAD, InjectedFault.EXHAUST_HEAP) : Stream.empty();
    }

    static List<FaultTarget> services(OutageLength length) {
        return Arrays.stream(values())
                .filter(FaultTarget::isService)
                .filter(target -> length == OutageLength.LONG || !SECOND_REPLICAS.contains(target))
                .toList();
    }

    static List<FaultTarget> parts() {
        return Arrays.stream(values()).filter(target -> !target.isService()).toList();
    }

    @Override
    public String toString() {
        return title;
    }
}
