package dev.perennial.orders.issuer;

import dev.perennial.acme.CaPreset;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.IssuerSettings.ChallengeRule;
import dev.perennial.events.Network;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.events.WireText;
import dev.perennial.rules.requests.Policy;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Checks the settings of an issuer, also against the policy and other issuers. Pure; reports every problem at once.
 */
final class IssuerRules {
    private static final Pattern EAB_PATH = Pattern.compile("eab(/[A-Za-z0-9][A-Za-z0-9._-]*)+");
    private static final Pattern SUFFIX = Pattern.compile("(?=.{1,253}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    private static final Pattern PROFILE = Pattern.compile("[\\x21-\\x7e]{1,100}");
    private static final Set<String> METHODS = Set.of("http-01", "dns-01", "tls-alpn-01");
    private static final Duration SHORTEST = Duration.ofMillis(100);
    /** Shorter than the lease of an order. */
    private static final Duration LONGEST = Duration.ofSeconds(50);

    private static final int QUOTED = 80;
    private static final int MAX_CHAIN_NAME = 200;
    /** As many as a request may have. */
    private static final int MAX_IDENTIFIERS = 100;

    private final IssuerSettings settings;
    private final List<Problem> problems = new ArrayList<>();

    /** The longest lifetime that any CA issues. */
    private static final Duration LONGEST_LIFE = Duration.ofDays(825);

    private IssuerRules(IssuerSettings settings) {
        this.settings = settings;
    }

    /**
     * @param names of the existing issuers
     * @param limits the names of the limit presets
     */
    static List<Problem> check(IssuerSettings settings, Set<String> names, Policy policy, Set<String> limits) {
        IssuerRules rules = new IssuerRules(settings);
        rules.checkCa();
        rules.checkAccount();
        rules.checkPolicy(policy);
        rules.checkChallenges();
        rules.checkReferences(names);
        settings.limits()
                .filter(name -> !limits.contains(name))
                .ifPresent(name ->
                        rules.refuse("limits", quoted(name) + " does not exist; existing: " + new TreeSet<>(limits)));
        return List.copyOf(rules.problems);
    }

    private void checkCa() {
        if (!ResourceName.isValid(settings.name())) {
            refuse("name", "must match " + ResourceName.REGEX);
        }
        URI directory = settings.directory();
        if (!"https".equalsIgnoreCase(directory.getScheme())
                || directory.getHost() == null
                || directory.getRawUserInfo() != null) {
            refuse("directory", "must be an https URL with a host and without credentials");
        }
        settings.preset()
                .filter(name -> CaPreset.named(name).isEmpty())
                .ifPresent(name ->
                        refuse("preset", quoted(name) + " does not exist; existing: " + CaPreset.settingsNames()));
        settings.trustedRoots()
                .filter(pem -> !isChain(pem))
                .ifPresent(pem -> refuse("trustedRoots", "must be one or more certificates in PEM"));
        settings.profile()
                .filter(text -> !PROFILE.matcher(text).matches())
                .ifPresent(text -> refuse("profile", "must be 1 to 100 printable ASCII characters without a space"));
        settings.preferredChain()
                .filter(root -> root.isBlank() || root.length() > MAX_CHAIN_NAME || !WireText.is(root))
                .ifPresent(root -> refuse(
                        "preferredChain",
                        "must be a common name of at most " + MAX_CHAIN_NAME + " characters or a"
                                + " SHA-256 fingerprint in hex"));
        settings.maxIdentifiers()
                .filter(max -> max < 1 || max > MAX_IDENTIFIERS)
                .ifPresent(max -> refuse("maxIdentifiers", "must be from 1 to " + MAX_IDENTIFIERS));
        if (settings.requestTimeout().compareTo(SHORTEST) < 0
                || settings.requestTimeout().compareTo(LONGEST) > 0) {
            refuse("requestTimeout", "must be from " + SHORTEST + " to " + LONGEST);
        }
        settings.renewBefore()
                .filter(before -> !before.isPositive() || before.compareTo(LONGEST_LIFE) > 0)
                .ifPresent(before -> refuse("renewBefore", "must be positive and at most " + LONGEST_LIFE));
    }

    private void checkAccount() {
        settings.contact()
                .filter(contact -> !contact.isAbsolute())
                .ifPresent(contact -> refuse("contact", "must be a URL such as mailto:pki@example.com"));
        settings.eabPath()
                .filter(path -> !EAB_PATH.matcher(path).matches())
                .ifPresent(path -> refuse("eabPath", "must be a path below eab/ in Vault, for example eab/zerossl"));
    }

    private void checkPolicy(Policy policy) {
        if (new HashSet<>(settings.keyTypes()).size() < settings.keyTypes().size()) {
            refuse("keyTypes", "one of them is listed twice");
        }
        each("allowedSuffixes", settings.allowedSuffixes(), suffix -> {
            if (!SUFFIX.matcher(suffix).matches()) {
                return Optional.of("is not a domain in lower case such as shop.example.com");
            }
            return policy.allows(suffix)
                    ? Optional.empty()
                    : Optional.of("is not in a domain that perennial.policy.allowed-suffixes permits");
        });
        each("allowedNetworks", settings.allowedNetworks(), network -> {
            try {
                return policy.allows(Network.parse(network))
                        ? Optional.empty()
                        : Optional.of("is not in a network that perennial.policy.allowed-networks permits");
            } catch (IllegalArgumentException e) {
                return Optional.of("is not a network such as 192.0.2.0/24");
            }
        });
    }

    private void checkChallenges() {
        Set<String> suffixes = new HashSet<>();
        for (int i = 0; i < settings.challenges().size(); i++) {
            String field = "challenges[" + i + "]";
            ChallengeRule rule = settings.challenges().get(i);
            rule.suffix()
                    .filter(suffix -> !SUFFIX.matcher(suffix).matches())
                    .ifPresent(suffix -> refuse(
                            field + ".suffix",
                            quoted(suffix) + " is not a domain in lower case such as shop.example.com"));
            if (!suffixes.add(rule.suffix().orElse(""))) {
                refuse(field + ".suffix", "another rule has the same suffix");
            }
            each(
                    field + ".methods",
                    rule.methods(),
                    method -> METHODS.contains(method)
                            ? Optional.empty()
                            : Optional.of("is not a method; possible: " + new TreeSet<>(METHODS)));
            rule.provider()
                    .filter(name -> !PROFILE.matcher(name).matches())
                    .ifPresent(name -> refuse(
                            field + ".provider", "must be the name of a DNS provider of the validation-service"));
            if (rule.methods().isEmpty() && rule.provider().isEmpty()) {
                refuse(field, "has neither methods nor a provider");
            }
        }
    }

    private void checkReferences(Set<String> names) {
        if (new HashSet<>(settings.fallbacks()).size() < settings.fallbacks().size()) {
            refuse("fallbacks", "one of them is listed twice");
        }
        each("fallbacks", settings.fallbacks(), name -> reference(name, names));
        settings.rehearsal()
                .flatMap(name -> reference(name, names).map(what -> quoted(name) + " " + what))
                .ifPresent(what -> refuse("rehearsal", what));
    }

    private Optional<String> reference(String name, Set<String> names) {
        if (name.equals(settings.name())) {
            return Optional.of("is this issuer itself");
        }
        return names.contains(name)
                ? Optional.empty()
                : Optional.of("does not exist; existing: " + new TreeSet<>(names));
    }

    /** Checks a value. */
    @FunctionalInterface
    private interface Check {
        Optional<String> problem(String value);
    }

    private void each(String field, List<String> values, Check check) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            String place = field + "[" + i + "]";
            check.problem(value).ifPresent(what -> refuse(place, quoted(value) + " " + what));
        }
    }

    private static boolean isChain(String pem) {
        try {
            return WireText.is(pem)
                    && !CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                            .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    private void refuse(String field, String what) {
        problems.add(Problem.of(ErrorCode.INVALID_FIELD, "field '" + field + "': " + what));
    }

    private static String quoted(String value) {
        return "'" + (value.length() <= QUOTED ? value : value.substring(0, QUOTED) + "...") + "'";
    }
}
