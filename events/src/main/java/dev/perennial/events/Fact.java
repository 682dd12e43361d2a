package dev.perennial.events;

/**
 * An event that has happened: past tense, written once by the service that caused it, never withdrawn. Sealed by
 * writer, so that the consumer of a topic switches over the types of that topic only.
 */
public sealed interface Fact extends Event
        permits DeploymentFact, IssuanceFact, OrderFact, OrderServiceFact, ValidationFact {}
