package dev.perennial.events;

/**
 * Something that happened. Past tense, written once by the service that made it happen, never withdrawn. Sealed by writer, so that the
 * consumer of a topic switches over the types of that topic only.
 */
public sealed interface Fact extends Event
        permits DeploymentFact, IssuanceFact, OrderFact, OrderServiceFact, ValidationFact {}
