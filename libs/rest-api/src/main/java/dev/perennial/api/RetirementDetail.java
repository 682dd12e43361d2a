package dev.perennial.api;

import java.time.Instant;

/** Since when and why a certificate is not renewed. */
public record RetirementDetail(Instant at, String reason) {}
