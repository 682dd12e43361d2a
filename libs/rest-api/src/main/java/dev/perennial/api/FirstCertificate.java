package dev.perennial.api;

import java.time.Instant;

/**
 * A certificate at the head of a plan.
 *
 * @param hosts the number of hosts that serve it
 */
public record FirstCertificate(String name, String owner, int hosts, Instant expiresAt) {}
