package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * A request to transfer a certificate to another owner.
 *
 * @param owner the new owner
 * @param labels to set, for example those that the policy of the new owner requires; the others are kept
 */
public record TransferRequest(@JsonProperty(required = true) String owner, Map<String, String> labels) {
    public TransferRequest {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
}
