package dev.perennial.agent.targets;

/** The points at which a deployment can be interrupted; after each, a restart completes the deployment. */
public enum CrashPoint {
    GENERATION_WRITTEN,
    GENERATION_NAMED,
    WAY_BACK_STORED,
    ACTIVATED,
    LINK_SWITCHED,
    VALIDATED,
    APPLIED,
    VERIFIED,
    RESTORED,
    COMMITTED
}
