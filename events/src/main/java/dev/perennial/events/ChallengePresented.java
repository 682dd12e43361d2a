package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A challenge response that every replica of the validation-service can serve. The record key is the token; a tombstone
 * withdraws it. A key authorization is public by design (RFC 8555 section 8.1): any HTTP client may read it.
 */
public record ChallengePresented(
        @JsonProperty(required = true) String token,
        @JsonProperty(required = true) String keyAuthorization,
        @JsonProperty(required = true) Identifier identifier,
        @JsonProperty(required = true) String challengeType,
        @JsonProperty(required = true) Instant expires)
        implements KeyedState {}
