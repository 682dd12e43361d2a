/**
 * Requests for certificates, from Kafka and REST. {@code RequestRules} and {@code ExistingOrderCheck} decide, {@code CertificateRequests}
 * commits. No class here calls a CA or a host.
 */
package dev.perennial.orders.requests;
