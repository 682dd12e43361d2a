package dev.perennial.testbed.demo;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateNamesFailing;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRetired;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CertificateTransferred;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalStarted;
import dev.perennial.events.RevocationAccepted;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Prints the facts about the requested certificates, one line each, in the order of their times, with the time since the
 * first request. A fact is held back for a moment, because the topics are read one after the other.
 */
final class DemoTimeline {
    private static final Duration HOLD_BACK = Duration.ofMillis(400);

    private final PrintStream out;
    private final Set<String> requested = new HashSet<>();
    private final Map<CertificateId, String> accepted = new HashMap<>();
    private final Map<String, CertificateDeployed> deployed = new HashMap<>();
    private final Set<String> received = new HashSet<>();
    private final Queue<CloudEvent> pending = new PriorityQueue<>(Comparator.comparing(CloudEvent::time));

    private Optional<Instant> start = Optional.empty();

    DemoTimeline(PrintStream out) {
        this.out = out;
    }

    /** The demo's own step. */
    void requested(DemoRequest request, String channel) {
        Instant now = Instant.now();
        start = start.or(() -> Optional.of(now));
        requested.add(request.name());
        String names = String.join(", ", request.site().serverNames());
        print(request.name(), now, "requested with " + channel + ": " + names);
    }

    /** Kafka delivers at least once; a fact is printed once. */
    void add(CloudEvent event) {
        if (received.add(event.source() + " " + event.id())) {
            pending.add(event);
        }
    }

    /** Prints the facts that are old enough that no earlier fact can follow. */
    void printUntil(Instant now) {
        while (!pending.isEmpty() && pending.peek().time().isBefore(now.minus(HOLD_BACK))) {
            print(pending.remove());
        }
    }

    private void print(CloudEvent event) {
        if (event.data() instanceof OrderFact fact) {
            if (fact instanceof CertificateAccepted acceptance && requested.contains(acceptance.name())) {
                accepted.put(acceptance.certificateId(), acceptance.name());
            }
            String name = accepted.get(fact.certificateId());
            if (name != null) {
                print(name, event.time(), text(fact));
            }
            if (fact instanceof CertificateDeployed deployment) {
                deployed.put(deployment.name(), deployment);
            }
        } else if (event.data() instanceof CertificateRefused refusal) {
            refusal.name()
                    .filter(requested::contains)
                    .ifPresent(name -> print(name, event.time(), "REFUSED: " + text(refusal.problems())));
        }
    }

    /** The deployment fact; empty until it has been printed. */
    Optional<CertificateDeployed> deployed(String name) {
        return Optional.ofNullable(deployed.get(name));
    }

    private static String text(OrderFact fact) {
        return switch (fact) {
            case CertificateAccepted acceptance ->
                "accepted by the order-service as certificate " + acceptance.certificateId();
            case OrderPlaced placed ->
                "order placed at the CA: " + placed.order().acmeOrder().url();
            case OrderAuthorized authorized ->
                "order authorized: the CA has validated "
                        + count(authorized.order().identifiers().size(), "name");
            case OrderRejected rejected ->
                "order REJECTED by the CA: "
                        + text(rejected.problems().stream()
                                .map(OrderRejected.IdentifierProblem::problem)
                                .toList());
            case CertificateIssued issued ->
                "issued with serial " + issued.serial() + "; key and chain are in Vault at " + issued.vaultPath();
            case IssuanceFailed failed -> "issuance FAILED: " + text(failed.problem());
            case CertificateDeployed deployment ->
                "deployed on " + deployment.host() + ", verified by a " + deployment.tlsProtocol() + " handshake with "
                        + deployment.endpoint();
            case CertificateRehearsed rehearsed -> "dry run on " + rehearsed.host() + " passed";
            case DeploymentFailed failed -> "deployment FAILED: " + text(failed.problem());
            case DeploymentRolledBack back -> "deployment ROLLED BACK: " + text(back.problem());
            case OrderRehearsed over -> "rehearsal finished";
            case DeploymentOverdue overdue -> "deployment overdue on " + String.join(", ", overdue.hosts());
            case OrderFailed failed -> "order ABANDONED: " + text(failed.problem());
            case RenewalStarted renewal -> "renewal started: " + renewal.cause();
            case RevocationAccepted revocation -> "revocation accepted: serial " + revocation.serial();
            case RevocationOrdered revocation -> "revocation ordered: serial " + revocation.serial();
            case CertificateRevoked revoked -> "revoked: serial " + revoked.serial();
            case RevocationFailed failed -> "revocation FAILED: " + text(failed.problem());
            case CertificateRetired retired -> "RETIRED";
            case CertificateTransferred transferred ->
                "transferred from " + transferred.formerOwner() + " to " + transferred.owner();
            case CertificateNamesFailing failing -> "names FAILING: " + failing.names();
        };
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String text(List<Problem> problems) {
        return problems.stream().map(DemoTimeline::text).collect(Collectors.joining("; "));
    }

    private static String text(Problem problem) {
        return problem.detail() + " (" + problem.code().wireName() + ")"
                + problem.nextAttemptAt().map(at -> "; next attempt at " + at).orElse("");
    }

    private void print(String name, Instant at, String text) {
        double seconds = Duration.between(start.orElse(at), at).toMillis() / 1000.0;
        out.println(String.format(Locale.ROOT, "  %6.2f s  %-10s  %s", Math.max(0, seconds), name, text));
    }
}
