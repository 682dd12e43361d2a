package dev.perennial.testbed.chaos;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.ProcessPause;
import java.util.Map;
import java.util.OptionalLong;

/** Injects planned faults into the stack. */
final class FaultInjector {
    private final Stack stack;
    private final Map<FaultTarget, ProcessSupervisor> supervisors;

    FaultInjector(Stack stack, Map<FaultTarget, ProcessSupervisor> supervisors) {
        this.stack = stack;
        this.supervisors = supervisors;
    }

    /** @return ends the fault; returns when the part can be used again */
    Runnable inject(PlannedFault planned) {
        FaultTarget target = planned.target();
        return switch (planned.fault()) {
            case KILL -> kill(planned);
            case FREEZE -> freeze(part(target));
            case CUT -> target == FaultTarget.CA ? atTheCa(Misbehaviour.dropsConnection()) : cut(part(target));
            case LOSE_PACKETS -> {
                stack.proxy(part(target)).hang();
                yield () -> stack.proxy(part(target)).restore();
            }
            case SEAL -> {
                stack.vault().seal();
                yield () -> stack.vault().unseal();
            }
            case LOSE_RESPONSES -> atTheCa(Misbehaviour.losesAnswer());
        };
    }

    private Runnable kill(PlannedFault planned) {
        return switch (planned.target()) {
            case ORDER_SERVICE, VALIDATION_SERVICE, ISSUANCE_SERVICE, DEPLOY_AGENT -> {
                supervisors.get(planned.target()).kill(planned.duration());
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
            case VAULT, CA ->
                throw new IllegalStateException(planned.target() + " must not be killed: it keeps its data in memory");
        };
    }

    /** No effect if the process does not run at the moment. */
    private static Runnable freeze(Part part) {
        OptionalLong pid = part.pid();
        pid.ifPresent(ProcessPause::freeze);
        return () -> pid.ifPresent(ProcessPause::thaw);
    }

    private Runnable cut(Part part) {
        stack.proxy(part).cut();
        return () -> stack.proxy(part).restore();
    }

    private Runnable atTheCa(Misbehaviour misbehaviour) {
        Fault fault = stack.acmeProxy()
                .faults()
                .at(RequestKind.DIRECTORY, RequestKind.values())
                .switchOn(misbehaviour);
        return fault::switchOff;
    }

    private Part part(FaultTarget target) {
        return switch (target) {
            case ORDER_SERVICE, VALIDATION_SERVICE, ISSUANCE_SERVICE, DEPLOY_AGENT -> stack.service(target.toString());
            case KAFKA -> stack.kafka();
            case POSTGRES -> stack.postgres();
            case VAULT -> stack.vault();
            case CA -> stack.pebble();
            case DNS -> stack.bind();
        };
    }
}
