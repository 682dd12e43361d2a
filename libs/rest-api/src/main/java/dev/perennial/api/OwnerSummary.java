package dev.perennial.api;

import java.util.List;

/**
 * An owner in a list.
 *
 * @param listed whether the policy lists it
 * @param contacts e-mail addresses of the people who are responsible
 */
public record OwnerSummary(String name, boolean listed, List<String> contacts) {
    public OwnerSummary {
        contacts = Absent.asEmpty(contacts);
    }
}
