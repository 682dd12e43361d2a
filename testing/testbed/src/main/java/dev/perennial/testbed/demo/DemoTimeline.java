package dev.perennial.testbed.demo;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateNamesFailing;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CertificateRetired;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.RenewalStarted;
import dev.perennial.events.RevocationAccepted;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.RevocationRequested;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells what happens to the certificates, one line a fact, with the time since the step before of the same certificate. */
final class DemoTimeline {
    private final PrintStream out;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Instant> lastStep = new HashMap<>();
    private final Map<String, CertificateDeployed> deployed = new HashMap<>();
    private final Set<String> told = new HashSet<>();

    DemoTimeline(PrintStream out) {
        this.out = out;
    }

    /** The demo's own step. */
    void asked(DemoRequest wish, String how) {
        lastStep.put(wish.name(), Instant.now());
        line(
                wish.name(),
                Duration.ZERO,
                "asked for " + String.join(", ", wish.site().serverNames()) + " " + how);
    }

    void hear(CloudEvent event) {
        // At least once is what the bus promises; a story is told once.
        if (!told.add(event.source() + " " + event.id())) {
            return;
        }
        if (event.data() instanceof CertificateAccepted accepted) {
            names.put(accepted.certificateId().toString(), accepted.name());
        }
        if (event.data() instanceof CertificateDeployed fact) {
            deployed.put(fact.name(), fact);
        }
        String name = event.data() instanceof OrderFact fact
                ? names.getOrDefault(fact.certificateId().toString(), "?")
                : "?";
        Instant before = lastStep.getOrDefault(name, event.time());
        lastStep.put(name, event.time());
        line(name, Duration.between(before, event.time()), words(event));
    }

    /** The certificate's id, once it was accepted. */
    Optional<String> certificateId(String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    Optional<CertificateDeployed> deployed(String name) {
        return Optional.ofNullable(deployed.get(name));
    }

    private static String words(CloudEvent event) {
        return switch (event.data()) {
            case CertificateRequested request -> "requested: " + request.name();
            case CertificateAccepted fact -> "accepted by the order-service (certificate " + fact.certificateId() + ")";
            case CertificateRefused fact -> "REFUSED: " + fact.problems();
            case OrderPlaced fact ->
                "order placed at the CA: " + fact.order().acmeOrder().url();
            case OrderAuthorized fact ->
                "authorized: control of " + fact.order().identifiers().size() + " name(s) proven over http-01";
            case OrderRejected fact -> "REJECTED by the CA: " + fact.problems();
            case CertificateIssued fact -> "issued: serial " + fact.serial() + ", in Vault at " + fact.vaultPath();
            case IssuanceFailed fact -> "ISSUANCE FAILED: " + fact.problem();
            case CertificateDeployed fact ->
                "deployed on " + fact.host() + ", proven by the agent over " + fact.tlsProtocol() + " at "
                        + fact.endpoint();
            case CertificateRehearsed fact -> "rehearsed on " + fact.host() + ": a dry run that touched nothing live";
            case DeploymentFailed fact -> "DEPLOYMENT FAILED: " + fact.problem();
            case DeploymentRolledBack fact -> "ROLLED BACK: " + fact.problem();
            case OrderRehearsed fact -> "the rehearsal is over";
            case DeploymentOverdue fact -> "not served yet, told again: " + String.join(", ", fact.hosts());
            case OrderFailed fact -> "GIVEN UP: " + fact.problem();
            case RevocationRequested request -> "revocation requested: " + request.reason();
            case RenewalRequested request -> "renewal requested";
            case RenewalStarted fact -> "to be renewed: " + fact.cause();
            case RevocationAccepted fact -> "to be revoked: serial " + fact.serial() + ", " + fact.reason();
            case RevocationOrdered fact -> "revocation ordered: serial " + fact.serial();
            case CertificateRevoked fact -> "revoked: serial " + fact.serial() + ", its key is destroyed";
            case RevocationFailed fact -> "REVOCATION FAILED: " + fact.problem();
            case CertificateRetired fact -> "RETIRED: " + fact.reason();
            case CertificateNamesFailing fact ->
                (fact.dropped() ? "NAMES DROPPED: " : "NAMES DEAD: ") + fact.names() + ", " + fact.problem();
            case ChallengePresented fact -> "challenge presented";
            case IssuerConfigured fact ->
                "issuer configured: " + fact.settings().name();
        };
    }

    private void line(String name, Duration since, String words) {
        out.println(String.format(Locale.ROOT, "  %+8.2f s  %-10s %s", since.toMillis() / 1000.0, name, words));
    }
}
