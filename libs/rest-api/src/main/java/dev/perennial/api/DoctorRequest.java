package dev.perennial.api;

import java.util.Optional;

/**
 * The subject of a diagnosis; every issuer if both are absent.
 *
 * @param issuer the name of an issuer
 * @param name a DNS name, a wildcard or an IP address
 */
public record DoctorRequest(Optional<String> issuer, Optional<String> name) {
    public DoctorRequest {
        issuer = Absent.asEmpty(issuer);
        name = Absent.asEmpty(name);
    }
}
