package dev.perennial.orders.access;

/** Where an action was requested. */
public enum AccessInterface {
    REST,
    KAFKA
}
