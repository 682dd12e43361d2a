package dev.perennial.rules.requests;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.DnsName;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.KeyType;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.ResourceName;
import dev.perennial.rules.renewal.NamedWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks a request against policy and brings it into canonical form. Reports every problem at once. */
public final class RequestRules {
    public static final int MAX_IDENTIFIERS = 100;
    /** The events of an order contain its targets twice, because the order is also signed, and must fit into a record. */
    public static final int MAX_TARGETS = 500;

    private static final int QUOTED = 80;

    private final Policy policy;
    private final Map<String, IssuerSettings> issuers;
    private final OwnerPolicies owners;
    private final Set<String> hosts;
    private final CertificateRequested request;
    private final List<Problem> problems = new ArrayList<>();

    private RequestRules(
            Policy policy,
            Map<String, IssuerSettings> issuers,
            OwnerPolicies owners,
            Set<String> hosts,
            CertificateRequested request) {
        this.policy = policy;
        this.issuers = issuers;
        this.owners = owners;
        this.hosts = Set.copyOf(hosts);
        this.request = request;
    }

    /**
     * Checks a request against the policy of the installation and that of its owner.
     *
     * @param issuers the configured issuers by name
     * @param hosts the registered hosts; those that the request does not name are irrelevant
     */
    public static PolicyDecision check(
            Policy policy,
            Map<String, IssuerSettings> issuers,
            OwnerPolicies owners,
            Set<String> hosts,
            CertificateRequested request) {
        return new RequestRules(policy, issuers, owners, hosts, request).decide();
    }

    private PolicyDecision decide() {
        requireName("name", request.name());
        requireName("owner", request.owner());
        List<Identifier> identifiers = identifiers();
        String issuer = issuer();
        Optional<IssuerSettings> known = Optional.ofNullable(issuers.get(issuer));
        Optional<KeyType> keyType = keyType(known.map(IssuerPolicy::new));
        known.map(IssuerPolicy::new).ifPresent(its -> checkIssuer(its, identifiers));
        List<String> targets = targets();
        checkLabels();
        checkChangeWindow();
        Optional<String> rehearsalAt = known.flatMap(IssuerSettings::rehearsal);
        if (request.rehearse() && known.isPresent() && rehearsalAt.isEmpty()) {
            refuse(
                    ErrorCode.INVALID_FIELD,
                    "field 'rehearse': issuer " + quoted(issuer)
                            + " has no rehearsal issuer; set its field 'rehearsal', or request without a rehearsal");
        }
        checkOwner(new OwnerRules.Requested(
                identifiers.stream().filter(policy::allows).toList(),
                identifiers.stream()
                        .filter(policy::allows)
                        .filter(OwnerRules::isWildcard)
                        .filter(it -> policy.allowsWildcards(it.name().base()))
                        .toList(),
                known.map(IssuerSettings::name),
                keyType.filter(type -> known.map(IssuerPolicy::new)
                        .filter(its -> !its.allows(type))
                        .isEmpty()),
                targets.stream().filter(hosts::contains).toList(),
                request.labels(),
                rehearsalAt.filter(it -> request.rehearse())));
        if (!problems.isEmpty()) {
            return new PolicyDecision.Unacceptable(problems);
        }
        return new PolicyDecision.Acceptable(
                request.name(),
                request.owner(),
                new CertificateSpec(issuer, keyType.orElseThrow(), identifiers, targets, request.keyReuse()),
                request.labels(),
                request.rehearse(),
                // A rehearsal that was not requested is omitted if the owner may not use its issuer.
                rehearsalAt.filter(it -> owners.mayUse(request.owner(), it)));
    }

    /**
     * A request whose names are not valid belongs to no resource: its sender has no proven right to see the owner's policy.
     */
    private void checkOwner(OwnerRules.Requested requested) {
        if (namesAreValid()) {
            problems.addAll(OwnerRules.check(owners, request.owner(), requested));
        }
    }

    private boolean namesAreValid() {
        return Stream.of(request.name(), request.owner(), request.issuer().orElse(policy.defaultIssuer()))
                .allMatch(ResourceName::isValid);
    }

    private void requireName(String field, String value) {
        if (!ResourceName.isValid(value)) {
            refuse(
                    ErrorCode.INVALID_FIELD,
                    "field '" + field + "': must match " + ResourceName.REGEX + ", got " + quoted(value));
        }
    }

    private List<Identifier> identifiers() {
        List<RequestedIdentifier> requested = request.identifiers();
        if (requested.isEmpty()) {
            refuse(ErrorCode.INVALID_FIELD, "field 'identifiers': at least one identifier is required");
        }
        if (requested.size() > MAX_IDENTIFIERS) {
            // Not checked individually, to keep the number of problems small.
            refuse(
                    ErrorCode.TOO_MANY_NAMES,
                    "field 'identifiers': at most " + MAX_IDENTIFIERS + " are possible, got " + requested.size());
            return List.of();
        }
        SequencedSet<Identifier> canonical = new LinkedHashSet<>();
        for (int i = 0; i < requested.size(); i++) {
            String field = "field 'identifiers[" + i + "]': ";
            identifier(field, requested.get(i)).ifPresent(identifier -> {
                if (!canonical.add(identifier)) {
                    refuse(ErrorCode.DUPLICATE_NAME, field + identifier.value() + " is listed twice");
                }
            });
        }
        return canonical.stream()
                .sorted(Comparator.comparing(Identifier::value))
                .toList();
    }

    private Optional<Identifier> identifier(String field, RequestedIdentifier requested) {
        if (!Identifier.DNS.equals(requested.type()) && !Identifier.IP.equals(requested.type())) {
            refuse(
                    ErrorCode.INVALID_NAME,
                    field + "identifiers of type " + quoted(requested.type())
                            + " cannot be certified; possible: dns, ip");
            return Optional.empty();
        }
        if (requested.value() == null) {
            refuse(ErrorCode.INVALID_FIELD, field + "the value is missing");
            return Optional.empty();
        }
        return Identifier.IP.equals(requested.type()) ? address(field, requested) : name(field, requested);
    }

    private Optional<Identifier> address(String field, RequestedIdentifier requested) {
        IpAddress address;
        try {
            address = IpAddress.parse(requested.value());
        } catch (IllegalArgumentException e) {
            refuse(ErrorCode.INVALID_NAME, field + quoted(requested.value()) + " is not an IP address");
            return Optional.empty();
        }
        if (!policy.allows(address)) {
            refuse(
                    ErrorCode.FORBIDDEN_NAME,
                    field + address + " is not in a network that perennial.policy.allowed-networks permits");
        }
        return Optional.of(Identifier.ip(address));
    }

    private Optional<Identifier> name(String field, RequestedIdentifier requested) {
        DnsName name;
        try {
            name = DnsName.parse(requested.value());
        } catch (IllegalArgumentException e) {
            refuse(ErrorCode.INVALID_NAME, field + shorten(String.valueOf(e.getMessage()), 400));
            return Optional.empty();
        }
        if (name.isWildcard() && !policy.allowsWildcards(name.base())) {
            refuse(
                    ErrorCode.WILDCARD_NEEDS_DNS01,
                    field + "the wildcard " + name + " can be proven with dns-01 only, which is not configured for it");
        }
        if (!policy.allows(name.base())) {
            refuse(
                    ErrorCode.FORBIDDEN_NAME,
                    field + name + " is not in a domain that perennial.policy.allowed-suffixes permits");
        }
        return Optional.of(Identifier.dns(name));
    }

    private String issuer() {
        String issuer = request.issuer().orElse(policy.defaultIssuer());
        if (!issuers.containsKey(issuer)) {
            refuse(
                    ErrorCode.UNKNOWN_ISSUER,
                    "field 'issuer': " + quoted(issuer) + " is not configured; configured: "
                            + new TreeSet<>(issuers.keySet()));
        }
        return issuer;
    }

    /** Names outside the policy have been refused before. */
    private void checkIssuer(IssuerPolicy its, List<Identifier> identifiers) {
        if (identifiers.size() > its.maxIdentifiers()) {
            refuse(
                    ErrorCode.TOO_MANY_NAMES,
                    "field 'identifiers': the issuer " + quoted(its.issuer().name()) + " certifies at most "
                            + its.maxIdentifiers() + " per certificate, got " + identifiers.size());
        }
        identifiers.stream()
                .filter(policy::allows)
                .filter(identifier -> !its.allows(identifier))
                .forEach(identifier -> refuse(
                        ErrorCode.FORBIDDEN_NAME,
                        "field 'identifiers': " + identifier.value() + " may not be certified by the issuer "
                                + quoted(its.issuer().name()) + "; allowed there: "
                                + its.issuer().allowedSuffixes() + ", "
                                + its.issuer().allowedNetworks()));
    }

    private Optional<KeyType> keyType(Optional<IssuerPolicy> issuer) {
        String requested =
                request.keyType().orElseGet(() -> defaultKeyType(issuer).name());
        Optional<KeyType> keyType = Arrays.stream(KeyType.values())
                .filter(type -> type.name().equals(requested))
                .findFirst();
        if (keyType.isEmpty()) {
            refuse(
                    ErrorCode.UNKNOWN_KEY_TYPE,
                    "field 'keyType': " + quoted(requested) + " is not supported; possible: "
                            + Arrays.toString(KeyType.values()));
        }
        keyType.filter(type -> issuer.filter(its -> !its.allows(type)).isPresent())
                .ifPresent(type -> refuse(
                        ErrorCode.INVALID_FIELD,
                        "field 'keyType': the issuer accepts "
                                + issuer.orElseThrow().issuer().keyTypes() + ", not " + type));
        return keyType;
    }

    /** The default of the issuer, or the first type that the owner may use there. */
    private KeyType defaultKeyType(Optional<IssuerPolicy> issuer) {
        KeyType ofIssuer = issuer.map(IssuerPolicy::defaultKeyType).orElse(KeyType.EC_P256);
        Optional<OwnerPolicy> owner = namesAreValid() ? owners.of(request.owner()) : Optional.empty();
        return owner.filter(its -> !its.allows(ofIssuer)).flatMap(OwnerPolicy::keyTypes).stream()
                .flatMap(List::stream)
                .filter(type -> issuer.filter(its -> !its.allows(type)).isEmpty())
                .findFirst()
                .orElse(ofIssuer);
    }

    private List<String> targets() {
        List<String> targets = request.targets().stream().distinct().sorted().toList();
        if (targets.size() > MAX_TARGETS) {
            refuse(
                    ErrorCode.INVALID_FIELD,
                    "field 'targets': at most " + MAX_TARGETS + " hosts are possible, got " + targets.size()
                            + "; request further certificates for the other hosts");
            return List.of();
        }
        targets.stream()
                .filter(host -> !hosts.contains(host))
                .limit(MAX_IDENTIFIERS)
                .forEach(host ->
                        refuse(ErrorCode.UNKNOWN_HOST, "field 'targets': host " + quoted(host) + " is not registered"));
        return targets;
    }

    private void checkLabels() {
        Labels.problems(request.labels())
                .forEach(problem -> refuse(ErrorCode.INVALID_FIELD, "field 'labels': " + problem));
    }

    private void checkChangeWindow() {
        Optional.ofNullable(request.labels().get(NamedWindows.LABEL))
                .filter(name -> !policy.changeWindows().contains(name))
                .ifPresent(name -> refuse(
                        ErrorCode.INVALID_FIELD,
                        "field 'labels': change-window " + quoted(name) + " is not configured; configured: "
                                + new TreeSet<>(policy.changeWindows())));
    }

    private void refuse(ErrorCode code, String detail) {
        problems.add(Problem.of(code, detail));
    }

    private static String quoted(String value) {
        return value == null ? "nothing" : "'" + shorten(value, QUOTED) + "'";
    }

    private static String shorten(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "...";
    }
}
