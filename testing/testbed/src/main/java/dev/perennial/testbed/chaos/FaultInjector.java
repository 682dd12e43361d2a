package dev.perennial.testbed.chaos;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.ProcessPause;
import dev.perennial.testbed.web.HostDisk;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Injects planned faults into the stack. */
final class FaultInjector {
    private static final Duration CLOCK_AHEAD = Duration.ofHours(2);

    private final Stack stack;
    private final Map<FaultTarget, ProcessSupervisor> supervisors;
    private final Consumer<String> log;

    FaultInjector(Stack stack, Map<FaultTarget, ProcessSupervisor> supervisors, Consumer<String> log) {
        this.stack = stack;
        this.supervisors = supervisors;
        this.log = log;
    }

    /** @return ends the fault, and returns when the part can be used again; empty if no fault was injected */
    Optional<Runnable> inject(PlannedFault planned) {
        FaultTarget target = planned.target();
        return switch (planned.fault()) {
            case KILL -> Optional.of(kill(planned));
            case FREEZE -> freeze(target);
            case CUT ->
                Optional.of(target == FaultTarget.CA ? atTheCa(Misbehaviour.dropsConnection()) : cut(part(target)));
            case LOSE_PACKETS -> {
                stack.proxy(part(target)).hang();
                yield Optional.of(() -> stack.proxy(part(target)).restore());
            }
            case SEAL -> {
                stack.vault().seal();
                yield Optional.of(() -> stack.vault().unseal());
            }
            case LOSE_RESPONSES -> Optional.of(atTheCa(Misbehaviour.losesAnswer()));
            case CLOCK_AHEAD -> {
                ServicePart service = stack.service(target.toString());
                service.setClock(CLOCK_AHEAD);
                yield Optional.of(() -> service.setClock(Duration.ZERO));
            }
            case EXHAUST_HEAP -> exhaustHeap(target);
            case FILL_DISK -> fillDisk();
        };
    }

    private Optional<Runnable> exhaustHeap(FaultTarget target) {
        OptionalLong pid = runningPid(target);
        pid.ifPresent(HeapExhaustion::begin);
        return pid.isPresent() ? Optional.of(() -> {}) : Optional.empty();
    }

    private Optional<Runnable> fillDisk() {
        if (stack.hostDisk().isEmpty()) {
            log.accept("NOT INJECTED: only root can mount the disk of the host");
            return Optional.empty();
        }
        HostDisk disk = stack.hostDisk().get();
        disk.fill();
        return Optional.of(disk::free);
    }

    private Runnable kill(PlannedFault planned) {
        if (planned.target().isService()) {
            supervisors.get(planned.target()).kill(planned.duration());
            return () -> {};
        }
        return switch (planned.target()) {
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
            case VAULT -> {
                stack.vault().kill();
                yield () -> stack.vault().start();
            }
            case CA,
                    ORDER_SERVICE,
                    VALIDATION_SERVICE,
                    ISSUANCE_SERVICE,
                    ORDER_SERVICE_2,
                    VALIDATION_SERVICE_2,
                    ISSUANCE_SERVICE_2,
                    DEPLOY_AGENT ->
                throw new IllegalStateException(planned.target() + " is not a part that can be killed");
        };
    }

    private Optional<Runnable> freeze(FaultTarget target) {
        OptionalLong pid = runningPid(target);
        pid.ifPresent(ProcessPause::freeze);
        return pid.isPresent() ? Optional.of(() -> ProcessPause.thaw(pid.getAsLong())) : Optional.empty();
    }

    private OptionalLong runningPid(FaultTarget target) {
        OptionalLong pid = part(target).pid();
        if (pid.isEmpty()) {
            log.accept("NOT INJECTED: the process of " + target + " does not run");
        }
        return pid;
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
            case ORDER_SERVICE,
                    VALIDATION_SERVICE,
                    ISSUANCE_SERVICE,
                    ORDER_SERVICE_2,
                    VALIDATION_SERVICE_2,
                    ISSUANCE_SERVICE_2,
                    DEPLOY_AGENT -> stack.service(target.toString());
            case KAFKA -> stack.kafka();
            case POSTGRES -> stack.postgres();
            case VAULT -> stack.vault();
            case CA -> stack.pebble();
            case DNS -> stack.bind();
        };
    }
}
