package dev.perennial.orders.revocation;

import dev.perennial.events.RevocationRequested;
import java.util.Optional;

/**
 * A request for a revocation and how it came in.
 *
 * @param source where it came in and from whom; with {@code id} it names the request, which is heard once
 * @param digest of the request, where the requester could use one id for two requests; empty where the id is trusted
 * @param answered whether the requester gets the answer in person; otherwise a refusal becomes a fact
 * @param traceparent of the requester
 */
public record RevocationSubmission(
        String source,
        String id,
        Optional<String> digest,
        boolean answered,
        RevocationRequested request,
        Optional<String> traceparent) {}
