package dev.perennial.testbed.chaos;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.ProcessPause;
import java.util.Map;
import java.util.OptionalLong;

/** Does to the stack what the plan says. */
final class FaultInjector {
    private final Stack stack;
    private final Map<FaultTarget, ProcessSupervisor> keepers;

    FaultInjector(Stack stack, Map<FaultTarget, ProcessSupervisor> keepers) {
        this.stack = stack;
        this.keepers = keepers;
    }

    /** @return what mends it again; done when the part can be used */
    Runnable strike(PlannedFault disturbance) {
        FaultTarget victim = disturbance.victim();
        return switch (disturbance.blow()) {
            case KILL -> kill(disturbance);
            case FREEZE -> freeze(part(victim));
            case CUT -> victim == FaultTarget.CA ? atTheCa(Misbehaviour.dropsConnection()) : cut(part(victim));
            case SEAL -> {
                stack.vault().seal();
                yield () -> stack.vault().unseal();
            }
            case LOSE_ANSWERS -> atTheCa(Misbehaviour.losesAnswer());
        };
    }

    private Runnable kill(PlannedFault disturbance) {
        return switch (disturbance.victim()) {
            case ORDER_SERVICE, VALIDATION_SERVICE, ISSUANCE_SERVICE, DEPLOY_AGENT -> {
                keepers.get(disturbance.victim()).kill(disturbance.lasts());
                yield () -> {};
            }
            case KAFKA -> {
                stack.kafka().kill();
                yield () -> stack.kafka().start();
            }
            case POSTGRES -> {
                stack.postgres().kill();
                yield () -> stack.postgres().start();
            }
            case DNS -> {
                stack.bind().kill();
                yield () -> stack.bind().start();
            }
            case VAULT, CA -> throw new IllegalStateException(disturbance.victim() + " would lose its memory");
        };
    }

    /** One that does not run just then is left alone. */
    private static Runnable freeze(Part part) {
        OptionalLong pid = part.pid();
        pid.ifPresent(ProcessPause::freeze);
        return () -> pid.ifPresent(ProcessPause::thaw);
    }

    private Runnable cut(Part part) {
        stack.line(part).cut();
        return () -> stack.line(part).mend();
    }

    private Runnable atTheCa(Misbehaviour misbehaviour) {
        Fault fault = stack.acmeProxy()
                .faults()
                .at(RequestKind.DIRECTORY, RequestKind.values())
                .switchOn(misbehaviour);
        return fault::switchOff;
    }

    private Part part(FaultTarget victim) {
        return switch (victim) {
            case ORDER_SERVICE, VALIDATION_SERVICE, ISSUANCE_SERVICE, DEPLOY_AGENT -> stack.service(victim.toString());
            case KAFKA -> stack.kafka();
            case POSTGRES -> stack.postgres();
            case VAULT -> stack.vault();
            case CA -> stack.pebble();
            case DNS -> stack.bind();
        };
    }
}
