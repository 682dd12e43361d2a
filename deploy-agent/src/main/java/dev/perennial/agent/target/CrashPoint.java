package dev.perennial.agent.target;

/** The places between which a deployment can die; each leaves something that a restart can finish from. */
public enum CrashPoint {
    GENERATION_WRITTEN,
    GENERATION_NAMED,
    WAY_BACK_KEPT,
    INCLUDE_SWITCHED,
    LINK_SWITCHED,
    TESTED,
    RELOADED,
    PROVEN,
    INCLUDE_RESTORED,
    COMMITTED
}
