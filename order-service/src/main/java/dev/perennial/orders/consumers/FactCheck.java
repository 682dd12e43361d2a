package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFact;
import dev.perennial.events.Identifier;
import dev.perennial.events.Topic;
import dev.perennial.orders.store.IssuedCertificateDetails;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Input;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks whether a fact counts for its order. A host reports only about itself, and only if it is a target. The claims
 * of an issuance are those of its leaf, or at least within bounds if the fact has no readable chain.
 *
 * <p>The fingerprint in a report of a host is compared later, by {@link dev.perennial.rules.lifecycle.Rollout}, because
 * the report may arrive before the issuance.
 */
final class FactCheck {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    /** RFC 5280 section 4.1.2.2 allows 40 digits; some CAs exceed it. */
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,64}");
    /** RFC 5280 section 4.1.2.5: the last year that a certificate can contain is 9999. */
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private static final int LONGEST_VAULT_PATH = 1024;

    private FactCheck() {}

    /** The reason why the fact does not count; empty if it does. The reason contains no text of the fact. */
    static Optional<String> refusal(CloudEvent event, Input input, StoredOrder order) {
        if (event.data() instanceof DeploymentFact report && !Topic.isAgent(event.source(), report.host())) {
            return Optional.of("its source is not the agent of the host that it names");
        }
        if (input instanceof Input.OfHost report) {
            if (!order.spec().targets().contains(report.host())) {
                return Optional.of("its host is not a target of the order");
            }
            if (!FINGERPRINT.matcher(report.fingerprint()).matches()) {
                return Optional.of("its fingerprint is not a SHA-256 in lower-case hex");
            }
        }
        return event.data() instanceof CertificateIssued issued ? ofIssuance(issued, order) : Optional.empty();
    }

    private static Optional<String> ofIssuance(CertificateIssued fact, StoredOrder order) {
        if (!FINGERPRINT.matcher(fact.fingerprint()).matches()) {
            return Optional.of("its fingerprint is not a SHA-256 in lower-case hex");
        }
        if (!SERIAL.matcher(fact.serial()).matches()) {
            return Optional.of("its serial is not lower-case hex of at most 64 digits");
        }
        if (!fact.notBefore().isBefore(fact.notAfter())
                || fact.notBefore().isBefore(Instant.EPOCH)
                || fact.notAfter().isAfter(END_OF_TIME)) {
            return Optional.of("notBefore is not before notAfter, or one of them is out of range");
        }
        if (fact.vaultPath().length() > LONGEST_VAULT_PATH || fact.vaultVersion() < 1) {
            return Optional.of("its Vault path or version is out of range");
        }
        if (!new HashSet<>(order.spec().identifiers()).containsAll(fact.identifiers())) {
            return Optional.of("it has names that the order does not have");
        }
        // A repetition for overdue hosts has some of the targets only.
        if (!new HashSet<>(order.spec().targets()).containsAll(fact.targets())) {
            return Optional.of("it has targets that the order does not have");
        }
        try {
            return ofChain(fact, IssuedCertificateDetails.of(fact.chain()));
        } catch (CertificateException e) {
            // IssuedCertificates logs it.
            return Optional.empty();
        }
    }

    private static Optional<String> ofChain(CertificateIssued fact, IssuedCertificateDetails leaf) {
        if (!fact.fingerprint().equals(leaf.fingerprint())) {
            return Optional.of("its fingerprint is not that of the leaf in its chain");
        }
        if (!fact.serial().equals(leaf.serial())) {
            return Optional.of("its serial is not that of the leaf in its chain");
        }
        if (!fact.notBefore().equals(leaf.notBefore()) || !fact.notAfter().equals(leaf.notAfter())) {
            return Optional.of("its dates are not those of the leaf in its chain");
        }
        List<Identifier> names = leaf.identifiers();
        return names.containsAll(fact.identifiers())
                ? Optional.empty()
                : Optional.of("it has names that the leaf in its chain does not have");
    }
}
