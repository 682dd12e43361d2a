package dev.perennial.api;

/**
 * One problem of a refused call.
 *
 * @param code an error code of {@code docs/reference/errors.md}; later versions add codes
 */
public record ProblemSummary(String type, String code, String detail) {}
