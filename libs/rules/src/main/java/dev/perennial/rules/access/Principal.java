package dev.perennial.rules.access;

import java.util.List;

/**
 * A person or a program that acts.
 *
 * @param id for example {@code token:ci-shop} or {@code user:alice}
 */
public record Principal(String id, List<Grant> grants) {
    public Principal {
        grants = List.copyOf(grants);
    }
}
