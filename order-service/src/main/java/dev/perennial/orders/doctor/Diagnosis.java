package dev.perennial.orders.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The hops of one issuer, or of one name at an issuer.
 *
 * @param subject for example {@code issuer pebble} or {@code shop.example.com at pebble}
 */
public record Diagnosis(
        @JsonProperty(required = true) String subject,
        @JsonProperty(required = true) List<Hop> hops) {
    public Diagnosis {
        hops = List.copyOf(hops);
    }
}
