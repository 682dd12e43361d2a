package dev.perennial.orders.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The value of an {@code issue} or {@code issuewild} property (RFC 8659 section 4.2).
 *
 * @param issuer the domain of a CA, lower case; empty if no CA may issue, or the value is invalid
 */
record CaaPermission(String issuer, Map<String, List<String>> parameters) {
    private static final CaaPermission NONE = new CaaPermission("", Map.of());

    static CaaPermission parse(String value) {
        String[] parts = value.split(";", -1);
        Map<String, List<String>> parameters = new TreeMap<>();
        for (String part : Arrays.copyOfRange(parts, 1, parts.length)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parameters
                        .computeIfAbsent(
                                part.substring(0, equals).strip().toLowerCase(Locale.ROOT), tag -> new ArrayList<>())
                        .add(part.substring(equals + 1).strip());
            } else if (!part.isBlank()) {
                // An invalid value permits no CA.
                return NONE;
            }
        }
        return new CaaPermission(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
    }

    /**
     * The parameter that does not match (RFC 8657 sections 3 and 4); called for the CA of this property.
     *
     * @param account the account at the CA, if there is one
     * @param methods the challenges that can prove control
     * @return empty if the CA may issue
     */
    Optional<String> mismatch(Optional<String> account, Set<String> methods) {
        return accountMismatch(account).or(() -> methodMismatch(methods));
    }

    /** The accounts beyond these that may request certificates; called for the CA of this property. */
    Optional<String> foreignAccount(Collection<String> accounts) {
        List<String> permitted = parameters.getOrDefault("accounturi", List.of());
        if (permitted.isEmpty()) {
            return Optional.of("to any account");
        }
        return permitted.size() > 1 || accounts.contains(permitted.getFirst())
                ? Optional.empty()
                : Optional.of("to another account, " + permitted.getFirst());
    }

    /** Whether the CA may use this challenge; called for the CA of this property. */
    boolean permitsMethod(String method) {
        return methodMismatch(Set.of(method)).isEmpty();
    }

    /** The challenges beyond these that the CA may use; called for the CA of this property. */
    Optional<String> foreignMethods(Collection<String> methods) {
        List<String> permitted = parameters.getOrDefault("validationmethods", List.of());
        if (permitted.isEmpty()) {
            return Optional.of("after any challenge");
        }
        String foreign = Arrays.stream(permitted.getFirst().split(","))
                .map(String::strip)
                .filter(method -> !methods.contains(method))
                .collect(Collectors.joining(", "));
        return permitted.size() > 1 || foreign.isEmpty()
                ? Optional.empty()
                : Optional.of("after the challenge " + foreign);
    }

    private Optional<String> accountMismatch(Optional<String> account) {
        List<String> permitted = parameters.getOrDefault("accounturi", List.of());
        if (permitted.isEmpty() || (permitted.size() == 1 && account.equals(Optional.of(permitted.getFirst())))) {
            return Optional.empty();
        }
        return Optional.of("its accounturi is " + String.join(" and ", permitted) + ", and the account is "
                + account.orElse("not registered yet"));
    }

    private Optional<String> methodMismatch(Set<String> methods) {
        List<String> permitted = parameters.getOrDefault("validationmethods", List.of());
        if (permitted.isEmpty()
                || (permitted.size() == 1
                        && Arrays.stream(permitted.getFirst().split(","))
                                .map(String::strip)
                                .anyMatch(methods::contains))) {
            return Optional.empty();
        }
        return Optional.of("its validationmethods are " + String.join(" and ", permitted)
                + ", and the available methods are " + String.join(", ", methods));
    }
}
