package dev.perennial.api;

/**
 * The number of certificates of a group.
 *
 * @param of the issuer, the owner, the domain or the limit
 */
public record CertificateCount(String of, int certificates) {}
