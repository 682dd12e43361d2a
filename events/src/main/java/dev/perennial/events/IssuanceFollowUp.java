package dev.perennial.events;

/** A fact about an order that requires the issuance-service to destroy its secrets or to publish its issuance again. */
public sealed interface IssuanceFollowUp extends OrderServiceFact
        permits DeploymentOverdue, OrderFailed, OrderRehearsed {}
