package dev.perennial.orders.hosts;

import java.time.Instant;
import java.util.Optional;

/**
 * A registered public key of a host.
 *
 * @param id the thumbprint of the key (RFC 7638)
 * @param jwk the public key as JSON Web Key (RFC 7517)
 * @param registeredBy the principal
 */
public record HostKey(
        String id,
        String host,
        String jwk,
        String registeredBy,
        Instant registeredAt,
        Optional<Instant> revokedAt,
        Optional<String> revokedBy) {}
