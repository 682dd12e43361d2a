package dev.perennial.events;

/** A fact that the validation-service writes, on topic certificate.validations. */
public sealed interface ValidationFact extends Fact permits OrderAuthorized, OrderRejected {}
