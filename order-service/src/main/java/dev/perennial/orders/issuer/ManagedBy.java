package dev.perennial.orders.issuer;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Through which door an issuer is changed. */
public enum ManagedBy {
    REST,
    FILE;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
