package dev.perennial.api;

/**
 * An ACME identifier.
 *
 * @param type {@code dns} or {@code ip}
 */
public record IdentifierDetail(String type, String value) {}
