package dev.perennial.validation.selfcheck;

/** Whether the control target, whose failure is not expected, could be reached from this host. */
public sealed interface ControlResult {
    record Reachable(String target) implements ControlResult {}

    /** @param evidence the target and the failure */
    record Unreachable(String evidence) implements ControlResult {}
}
