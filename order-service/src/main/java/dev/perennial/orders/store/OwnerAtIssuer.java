package dev.perennial.orders.store;

/** The orders of an owner at an issuer. */
public record OwnerAtIssuer(String owner, String issuer) {}
