package dev.perennial.orders.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.events.WireText;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.OwnerPolicies.Others;
import dev.perennial.rules.requests.OwnerPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the document of a policy strictly. Reports every problem of its form at once, each with its path. {@link
 * PolicyReferenceCheck} then compares its values with the installation. Pure.
 */
public final class PolicyReader {
    private static final int MAX_PROBLEMS = 100;
    private static final int MAX_VALUES = 1_000;
    private static final int MAX_ORDERS = 100_000;
    /** A request has no more labels, and keys of this length at most. */
    private static final int MAX_LABELS = 64;

    private static final int MAX_LABEL_KEY = 63;
    private static final int MAX_HOST = 253;
    private static final int QUOTED = 80;
    private static final Pattern SUFFIX = Pattern.compile("(?=.{1,253}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    private static final Pattern CONTACT = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,189}");

    private static final String CONTACTS = "contacts";
    private static final String ALLOWED_SUFFIXES = "allowedSuffixes";
    private static final String ALLOWED_NETWORKS = "allowedNetworks";
    private static final String HOSTS = "hosts";
    private static final String ISSUERS = "issuers";
    private static final String KEY_TYPES = "keyTypes";
    private static final String WILDCARDS = "wildcards";
    private static final String REQUIRED_LABELS = "requiredLabels";
    private static final String MAX_ORDERS_PER_DAY = "maxOrdersPerDay";
    private static final List<String> OWNER_FIELDS = List.of(
            CONTACTS,
            ALLOWED_SUFFIXES,
            ALLOWED_NETWORKS,
            HOSTS,
            ISSUERS,
            KEY_TYPES,
            WILDCARDS,
            REQUIRED_LABELS,
            MAX_ORDERS_PER_DAY,
            OwnerApprovalsReader.APPROVALS,
            OwnerClaimsReader.CLAIMS);
    private static final Others[] OTHERS = {Others.ALLOWED, Others.DENIED};

    static final String OWNERS = "owners";
    static final String OTHER_OWNERS = "otherOwners";

    private final List<Problem> problems = new ArrayList<>();
    private int omitted;

    /** The result. */
    public sealed interface Result {}

    public record Valid(OwnerPolicies policies) implements Result {}

    public record Invalid(List<Problem> problems) implements Result {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    private PolicyReader() {}

    public static Result read(JsonNode document) {
        PolicyReader reader = new PolicyReader();
        OwnerPolicies policies = reader.document(document);
        if (reader.problems.isEmpty()) {
            return new Valid(policies);
        }
        if (reader.omitted > 0) {
            reader.problems.add(
                    Problem.of(ErrorCode.INVALID_FIELD, "the policy has " + reader.omitted + " more problems"));
        }
        return new Invalid(reader.problems);
    }

    private OwnerPolicies document(JsonNode document) {
        if (!document.isObject()) {
            problem("", "the policy must be an object with the fields 'otherOwners' and 'owners'");
            return OwnerPolicies.NONE;
        }
        requireKnown("", document, List.of(OTHER_OWNERS, OWNERS));
        Map<String, OwnerPolicy> owners = new HashMap<>();
        JsonNode written = document.path(OWNERS);
        if (!written.isMissingNode() && !written.isObject()) {
            problem(OWNERS, "must be an object with a policy for each owner");
        }
        written.properties().forEach(entry -> {
            if (ResourceName.isValid(entry.getKey())) {
                owners.put(entry.getKey(), owner(OWNERS + "." + entry.getKey(), entry.getValue()));
            } else {
                problem(OWNERS, quoted(entry.getKey()) + " is not the name of an owner: " + ResourceName.REGEX);
            }
        });
        return new OwnerPolicies(owners, others(document.path(OTHER_OWNERS)));
    }

    private Others others(JsonNode node) {
        if (node.isMissingNode()) {
            return Others.ALLOWED;
        }
        Optional<Others> others = constant(OTHERS, node.asText(""));
        if (!node.isTextual() || others.isEmpty()) {
            problem(OTHER_OWNERS, "must be one of " + Arrays.toString(OTHERS) + ", got " + quoted(node.toString()));
        }
        return others.orElse(Others.DENIED);
    }

    private OwnerPolicy owner(String path, JsonNode node) {
        if (!node.isObject()) {
            problem(path, "must be an object; an empty one restricts nothing");
            return OwnerPolicy.UNRESTRICTED;
        }
        requireKnown(path, node, OWNER_FIELDS);
        Optional<List<String>> contacts =
                values(path, node, CONTACTS, "an e-mail address", text -> matching(CONTACT, text));
        Optional<List<String>> suffixes = values(
                path,
                node,
                ALLOWED_SUFFIXES,
                "a domain in lower case such as shop.example.com",
                text -> matching(SUFFIX, text));
        Optional<List<Network>> networks =
                values(path, node, ALLOWED_NETWORKS, "a network such as 192.0.2.0/24", PolicyReader::network);
        Optional<List<String>> issuers = values(path, node, ISSUERS, "the name of an issuer", text -> Optional.of(text)
                .filter(ResourceName::isValid));
        Optional<List<KeyType>> keyTypes = values(
                path,
                node,
                KEY_TYPES,
                "one of " + Arrays.toString(KeyType.values()),
                text -> constant(KeyType.values(), text));
        requireNonEmpty(path, ISSUERS, node);
        requireNonEmpty(path, KEY_TYPES, node);
        if (isEmptyList(node.path(ALLOWED_SUFFIXES))
                && node.path(ALLOWED_NETWORKS).isEmpty()) {
            problem(
                    path + "." + ALLOWED_SUFFIXES,
                    "is empty, which refuses every name: list domains, or the networks that are allowed instead in "
                            + ALLOWED_NETWORKS);
        }
        return new OwnerPolicy(
                suffixes,
                networks,
                values(path, node, HOSTS, "the name of a host", text -> bounded(text, MAX_HOST)),
                issuers,
                keyTypes,
                wildcards(path, node.path(WILDCARDS)),
                values(path, node, REQUIRED_LABELS, "the key of a label", text -> bounded(text, MAX_LABEL_KEY))
                        .orElse(List.of()),
                maxOrders(path, node.path(MAX_ORDERS_PER_DAY)),
                new OwnerApprovalsReader(this::problem).read(path, node.path(OwnerApprovalsReader.APPROVALS)),
                contacts.orElse(List.of()),
                new OwnerClaimsReader(this::problem).read(path, node.path(OwnerClaimsReader.CLAIMS)));
    }

    private boolean wildcards(String path, JsonNode node) {
        if (!node.isMissingNode() && !node.isBoolean()) {
            problem(path + "." + WILDCARDS, "must be true or false");
        }
        return node.asBoolean(true);
    }

    private Optional<Integer> maxOrders(String path, JsonNode node) {
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        if (!node.isInt() || node.intValue() < 1 || node.intValue() > MAX_ORDERS) {
            problem(path + "." + MAX_ORDERS_PER_DAY, "must be a number from 1 to " + MAX_ORDERS);
        }
        return Optional.of(node.intValue());
    }

    /** @return empty if the field is absent */
    private <T> Optional<List<T>> values(
            String path, JsonNode owner, String field, String expected, Function<String, Optional<T>> value) {
        JsonNode list = owner.path(field);
        String place = path + "." + field;
        if (list.isMissingNode()) {
            return Optional.empty();
        }
        int max = field.equals(REQUIRED_LABELS) ? MAX_LABELS : MAX_VALUES;
        if (!list.isArray() || list.size() > max) {
            problem(place, "must be a list of at most " + max + " values; each is " + expected);
            return Optional.empty();
        }
        List<T> read = new ArrayList<>();
        Set<T> distinct = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String item = place + "[" + i + "]";
            JsonNode node = list.get(i);
            Optional<T> found = node.isTextual() ? value.apply(node.textValue()) : Optional.empty();
            if (found.isEmpty()) {
                problem(item, (node.isTextual() ? quoted(node.textValue()) + " is not " : "must be ") + expected);
            } else if (!distinct.add(found.get())) {
                problem(item, quoted(node.textValue()) + " is listed twice");
            }
            found.ifPresent(read::add);
        }
        return Optional.of(read);
    }

    private void requireKnown(String path, JsonNode object, List<String> known) {
        object.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                problem(path, "the field " + quoted(field) + " is not known; known: " + known);
            }
        });
    }

    private static boolean isEmptyList(JsonNode node) {
        return node.isArray() && node.isEmpty();
    }

    private void requireNonEmpty(String path, String field, JsonNode owner) {
        if (isEmptyList(owner.path(field))) {
            problem(
                    path + "." + field,
                    "is empty, which refuses every request: remove the field to restrict nothing, or set otherOwners to"
                            + " DENIED and remove the owner");
        }
    }

    private static Optional<Network> network(String text) {
        try {
            return Optional.of(Network.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> matching(Pattern pattern, String text) {
        return Optional.of(text)
                .filter(it -> WireText.is(it) && pattern.matcher(it).matches());
    }

    private static Optional<String> bounded(String text, int max) {
        return Optional.of(text).filter(it -> !it.isBlank() && it.length() <= max && WireText.is(it));
    }

    private static <E extends Enum<E>> Optional<E> constant(E[] constants, String text) {
        return Arrays.stream(constants).filter(it -> it.name().equals(text)).findFirst();
    }

    private void problem(String path, String what) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(Problem.of(ErrorCode.INVALID_FIELD, path.isEmpty() ? what : "field '" + path + "': " + what));
        } else {
            omitted++;
        }
    }

    private static String quoted(String value) {
        return "'" + (value.length() <= QUOTED ? value : value.substring(0, QUOTED) + "...") + "'";
    }
}
