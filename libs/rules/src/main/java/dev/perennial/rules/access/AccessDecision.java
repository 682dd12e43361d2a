package dev.perennial.rules.access;

/** Whether an action is allowed, and by which rule. */
public sealed interface AccessDecision {
    /** @param rule the grant that allows it */
    record Allowed(String rule) implements AccessDecision {}

    /**
     * @param rule the roles that would allow it
     * @param reason for the principal: what is missing
     */
    record Denied(String rule, String reason) implements AccessDecision {}

    String rule();

    default boolean isAllowed() {
        return this instanceof Allowed;
    }
}
