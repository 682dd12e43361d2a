package dev.perennial.agent.targets;

/** The points at which a deployment can be interrupted; after each, a restart completes the deployment. */
public enum CrashPoint {
    GENERATION_WRITTEN,
    GENERATION_NAMED,
    WAY_BACK_STORED,
    INCLUDE_SWITCHED,
    LINK_SWITCHED,
    VALIDATED,
    APPLIED,
    VERIFIED,
    INCLUDE_RESTORED,
    COMMITTED
}
