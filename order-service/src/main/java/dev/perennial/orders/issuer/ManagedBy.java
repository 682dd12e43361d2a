package dev.perennial.orders.issuer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The way in which an issuer is changed. */
public enum ManagedBy {
    REST,
    FILE;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
