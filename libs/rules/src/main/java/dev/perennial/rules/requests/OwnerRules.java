package dev.perennial.rules.requests;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks what the installation allows against the policy of the owner. Reports every problem at once, each with the rule that
 * refuses.
 */
public final class OwnerRules {
    static final String OTHER_OWNERS = "otherOwners";

    /** The number of allowed values in a problem. */
    private static final int SHOWN = 10;
    /** A refusal with a problem for each name and host must fit in an event. */
    private static final int MAX_SHOWN = 200;

    private final String owner;
    private final OwnerPolicy policy;
    private final List<Problem> problems = new ArrayList<>();

    private OwnerRules(String owner, OwnerPolicy policy) {
        this.owner = owner;
        this.policy = policy;
    }

    /**
     * The values that the installation allows. It has refused the others already, with its own reason.
     *
     * @param wildcards those of the identifiers that are wildcards
     * @param rehearsalAt the rehearsal issuer if the request requires a rehearsal
     */
    record Requested(
            List<Identifier> identifiers,
            List<Identifier> wildcards,
            Optional<String> issuer,
            Optional<KeyType> keyType,
            List<String> hosts,
            Map<String, String> labels,
            Optional<String> rehearsalAt) {}

    static List<Problem> check(OwnerPolicies policies, String owner, Requested requested) {
        Optional<OwnerPolicy> policy = policies.of(owner);
        if (policy.isEmpty()) {
            return List.of(unlisted(policies, owner));
        }
        OwnerRules rules = new OwnerRules(owner, policy.get());
        rules.check(requested);
        return List.copyOf(rules.problems);
    }

    /** The refusal of an owner that may request nothing. */
    public static Problem unlisted(OwnerPolicies policies, String owner) {
        return Problem.of(
                ErrorCode.FORBIDDEN_FOR_OWNER,
                policies.others() == OwnerPolicies.Others.UNREADABLE
                        ? "the policy of the owners cannot be read: all requests are refused until an administrator"
                                + " applies it again, see docs/operating/policy.md#if-the-policy-cannot-be-read"
                        : "field 'owner': '" + owner + "' has no policy, and owners without one may not request; rule "
                                + OTHER_OWNERS);
    }

    /** Checks an existing certificate whose renewal was ended and is to be resumed. */
    public static List<Problem> check(
            OwnerPolicies policies, String owner, CertificateSpec spec, Map<String, String> labels) {
        return check(
                policies,
                owner,
                new Requested(
                        spec.identifiers(),
                        spec.identifiers().stream()
                                .filter(OwnerRules::isWildcard)
                                .toList(),
                        Optional.of(spec.issuer()),
                        Optional.of(spec.keyType()),
                        spec.targets(),
                        labels,
                        Optional.empty()));
    }

    static boolean isWildcard(Identifier identifier) {
        return identifier.ofType(Identifier.DNS) && identifier.name().isWildcard();
    }

    /** The path of a rule in the document. */
    static String rule(String owner, String field) {
        return "owners." + owner + "." + field;
    }

    private void check(Requested requested) {
        requested.identifiers().stream().filter(it -> !policy.allows(it)).forEach(this::refuse);
        if (!policy.wildcards()) {
            requested
                    .wildcards()
                    .forEach(it -> refuse(
                            ErrorCode.FORBIDDEN_NAME,
                            "identifiers",
                            it.value(),
                            "may request no wildcards",
                            "wildcards"));
        }
        requested.issuer().filter(it -> !policy.allowsIssuer(it)).ifPresent(it -> refuseIssuer("issuer", it));
        requested.rehearsalAt().filter(it -> !policy.allowsIssuer(it)).ifPresent(it -> refuseIssuer("rehearse", it));
        requested
                .keyType()
                .filter(it -> !policy.allows(it))
                .ifPresent(it -> refuse(
                        ErrorCode.FORBIDDEN_FOR_OWNER,
                        "keyType",
                        it.name(),
                        only("use", "key types", "", policy.keyTypes()),
                        "keyTypes"));
        requested.hosts().stream()
                .filter(it -> !policy.allowsHost(it))
                .limit(RequestRules.MAX_IDENTIFIERS)
                .forEach(it -> refuse(
                        ErrorCode.FORBIDDEN_FOR_OWNER,
                        "targets",
                        "host '" + it + "'",
                        only("use", "hosts", "", policy.hosts()),
                        "hosts"));
        policy.requiredLabels().stream()
                .filter(key -> requested.labels().getOrDefault(key, "").isBlank())
                .forEach(key -> refuse(
                        ErrorCode.FORBIDDEN_FOR_OWNER,
                        "labels",
                        "'" + key + "' is missing or empty",
                        "must set it",
                        "requiredLabels"));
    }

    private void refuse(Identifier identifier) {
        boolean address = identifier.ofType(Identifier.IP);
        refuse(
                ErrorCode.FORBIDDEN_NAME,
                "identifiers",
                identifier.value(),
                address
                        ? only("request", "addresses", " in", policy.allowedNetworks())
                        : only("request", "names", " below", policy.allowedSuffixes()),
                address ? "allowedNetworks" : "allowedSuffixes");
    }

    private void refuseIssuer(String field, String issuer) {
        refuse(
                ErrorCode.FORBIDDEN_FOR_OWNER,
                field,
                "issuer '" + issuer + "'",
                only("use", "issuers", "", policy.issuers()),
                "issuers");
    }

    private static String only(String verb, String what, String where, Optional<? extends Collection<?>> allowed) {
        Collection<?> values = allowed.orElseThrow();
        return "may " + verb + (values.isEmpty() ? " no " + what : " " + what + where + " " + shown(values) + " only");
    }

    private static String shown(Collection<?> values) {
        String rest = values.size() > SHOWN ? " and " + (values.size() - SHOWN) + " more" : "";
        String first = values.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining(", "));
        return "[" + (first.length() <= MAX_SHOWN ? first : first.substring(0, MAX_SHOWN) + "...") + rest + "]";
    }

    /**
     * @param field of the request
     * @param rule the field of the owner's policy
     */
    private void refuse(ErrorCode code, String field, String what, String reason, String rule) {
        problems.add(Problem.of(
                code,
                "field '" + field + "': " + what + ": owner '" + owner + "' " + reason + "; rule "
                        + rule(owner, rule)));
    }
}
