package dev.perennial.testbed.chaos;

import java.util.Arrays;
import java.util.List;

/** What is hit, and with what in turn. */
enum FaultTarget {
    ORDER_SERVICE("order-service", true, InjectedFault.KILL, InjectedFault.FREEZE),
    VALIDATION_SERVICE("validation-service", true, InjectedFault.KILL, InjectedFault.FREEZE),
    ISSUANCE_SERVICE("issuance-service", true, InjectedFault.KILL, InjectedFault.FREEZE),
    DEPLOY_AGENT("deploy-agent", true, InjectedFault.KILL, InjectedFault.FREEZE),
    KAFKA("kafka", false, InjectedFault.KILL, InjectedFault.CUT, InjectedFault.FREEZE),
    POSTGRES("postgres", false, InjectedFault.KILL, InjectedFault.CUT, InjectedFault.FREEZE),
    /** Never killed: the testbed's keeps its data in memory. */
    VAULT("vault", false, InjectedFault.SEAL, InjectedFault.CUT, InjectedFault.FREEZE),
    /** Never killed: Pebble keeps its orders in memory. */
    CA("ca", false, InjectedFault.LOSE_ANSWERS, InjectedFault.CUT, InjectedFault.FREEZE),
    /** Questions and updates mostly come over UDP, where there is nothing to cut; a dead server refuses them. */
    DNS("dns", false, InjectedFault.KILL, InjectedFault.FREEZE);

    private final String title;
    private final boolean service;
    private final List<InjectedFault> blows;

    FaultTarget(String title, boolean service, InjectedFault... blows) {
        this.title = title;
        this.service = service;
        this.blows = List.of(blows);
    }

    /** One of ours; the others are what ours stand on. */
    boolean isService() {
        return service;
    }

    List<InjectedFault> blows() {
        return blows;
    }

    static List<FaultTarget> services() {
        return Arrays.stream(values()).filter(FaultTarget::isService).toList();
    }

    static List<FaultTarget> parts() {
        return Arrays.stream(values()).filter(victim -> !victim.isService()).toList();
    }

    @Override
    public String toString() {
        return title;
    }
}
