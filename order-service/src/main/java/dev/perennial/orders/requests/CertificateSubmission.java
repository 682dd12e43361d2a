package dev.perennial.orders.requests;

import dev.perennial.events.CertificateRequested;
import java.util.Optional;

/**
 * A request and how it came in.
 *
 * @param source where it came in and from whom; with {@code id} it names the request, which is heard once
 * @param digest of the request, where the requester could use one id for two requests; empty where the id is trusted
 * @param answered whether the requester gets the answer in person; otherwise a refusal becomes a fact
 * @param traceparent of the requester
 */
public record CertificateSubmission(
        String source,
        String id,
        Optional<String> digest,
        boolean answered,
        CertificateRequested request,
        Optional<String> traceparent) {}
