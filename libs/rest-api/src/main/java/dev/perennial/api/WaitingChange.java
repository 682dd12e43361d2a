package dev.perennial.api;

/** The response to a change that needs an approval: nothing is changed before. */
public record WaitingChange(WaitingApproval approval) {}
