package dev.perennial.testbed.chaos;

import java.util.Arrays;
import java.util.List;

/** What is hit, and with what in turn. */
enum Victim {
    ORDER_SERVICE("order-service", true, Blow.KILL, Blow.FREEZE),
    VALIDATION_SERVICE("validation-service", true, Blow.KILL, Blow.FREEZE),
    ISSUANCE_SERVICE("issuance-service", true, Blow.KILL, Blow.FREEZE),
    DEPLOY_AGENT("deploy-agent", true, Blow.KILL, Blow.FREEZE),
    KAFKA("kafka", false, Blow.KILL, Blow.CUT, Blow.FREEZE),
    POSTGRES("postgres", false, Blow.KILL, Blow.CUT, Blow.FREEZE),
    /** Never killed: the testbed's keeps its data in memory. */
    VAULT("vault", false, Blow.SEAL, Blow.CUT, Blow.FREEZE),
    /** Never killed: Pebble keeps its orders in memory. */
    CA("ca", false, Blow.LOSE_ANSWERS, Blow.CUT, Blow.FREEZE),
    /** Questions and updates mostly come over UDP, where there is nothing to cut; a dead server refuses them. */
    DNS("dns", false, Blow.KILL, Blow.FREEZE);

    private final String title;
    private final boolean service;
    private final List<Blow> blows;

    Victim(String title, boolean service, Blow... blows) {
        this.title = title;
        this.service = service;
        this.blows = List.of(blows);
    }

    /** One of ours; the others are what ours stand on. */
    boolean isService() {
        return service;
    }

    List<Blow> blows() {
        return blows;
    }

    static List<Victim> services() {
        return Arrays.stream(values()).filter(Victim::isService).toList();
    }

    static List<Victim> parts() {
        return Arrays.stream(values()).filter(victim -> !victim.isService()).toList();
    }

    @Override
    public String toString() {
        return title;
    }
}
