package dev.perennial.agent.activation;

import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.events.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Validates and applies a group's activations, for one batch. */
final class GroupActions {
    private final TargetGroup group;
    private final CrashPoints crashPoints;
    private final MeterRegistry meters;
    private Duration spent = Duration.ZERO;
    private Duration before = Duration.ZERO;

    GroupActions(TargetGroup group, CrashPoints crashPoints, MeterRegistry meters) {
        this.group = group;
        this.crashPoints = crashPoints;
        this.meters = meters;
    }

    /**
     * Validates and, only if that succeeds, applies: Apache, for example, exits if it reads an invalid configuration.
     *
     * @return the problem; empty if both succeeded
     */
    Optional<Problem> validateAndApply(List<Activation> activations) {
        before = spent;
        Optional<Problem> failure = validate(activations);
        if (failure.isPresent()) {
            return failure;
        }
        meters.counter("perennial_reloads_total", "server", group.name()).increment();
        List<Target> changed = activations.stream().map(Activation::target).toList();
        return run("reload", () -> group.apply(changed), CrashPoint.APPLIED, activations);
    }

    /** Only validates. */
    Optional<Problem> validate(List<Activation> activations) {
        return run("config test", group::validate, CrashPoint.VALIDATED, activations);
    }

    /** The time of the latest validation and reload: their cost on this host, with this configuration. */
    Duration latest() {
        return spent.minus(before);
    }

    /** The time of all commands so far. */
    Duration spent() {
        return spent;
    }

    private Optional<Problem> run(
            String span, Supplier<Optional<Problem>> action, CrashPoint point, List<Activation> activations) {
        Optional<Problem> problem;
        long start = System.nanoTime();
        try (SharedSpan shared = SharedSpan.start(span, activations)) {
            problem = action.get();
            if (problem.isPresent()) {
                shared.failed("the command failed");
            }
        }
        spent = spent.plusNanos(System.nanoTime() - start);
        activations.forEach(one -> crashPoints.passed(point, one.target().certificateName()));
        return problem;
    }
}
