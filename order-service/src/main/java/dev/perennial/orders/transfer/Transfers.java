package dev.perennial.orders.transfer;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateTransferred;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.approvals.FourEyes;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.requests.Policy;
import dev.perennial.rules.requests.TransferDecision;
import dev.perennial.rules.requests.TransferRules;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Transfers a certificate to another owner: its row, its timeline and the published fact are one transaction. What is issued
 * and deployed, and the orders that exist, are unchanged; the next order is for the new owner.
 */
@Singleton
public class Transfers {
    private static final Logger LOG = Logger.getLogger(Transfers.class);

    private final Database database;
    private final AccessControl access;
    private final CurrentPolicy policies;
    private final Policy installation;
    private final FourEyes fourEyes;
    private final Clock clock;

    @Inject
    public Transfers(
            Database database,
            AccessControl access,
            CurrentPolicy policies,
            Policy installation,
            FourEyes fourEyes,
            Clock clock) {
        this.fourEyes = fourEyes;
        this.database = database;
        this.access = access;
        this.policies = policies;
        this.installation = installation;
        this.clock = clock;
    }

    /**
     * A request for a transfer.
     *
     * @param to the new owner
     * @param labels to set; the others are kept
     * @param dryRun whether nothing is changed
     */
    public record Request(String to, Map<String, String> labels, boolean dryRun) {
        public Request {
            labels = Map.copyOf(labels);
        }
    }

    /** The result. */
    public sealed interface Outcome {
        /**
         * The certificate belongs to the new owner, or would in a dry run.
         *
         * @param changed whether it belonged to another one before
         */
        record Done(Certificate before, Map<String, String> labels, boolean changed) implements Outcome {
            public Done {
                labels = Map.copyOf(labels);
            }
        }

        /** Nothing was changed. */
        record Refused(List<Problem> problems) implements Outcome {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /** A repetition has no effect. */
    public Outcome transfer(Caller caller, CertificateId id, Request request) {
        // If another transaction creates a certificate of this name for the new owner meanwhile, the work is repeated
        // and finds it.
        return database.inTransaction(tx -> transfer(tx, caller, id, request));
    }

    private Outcome transfer(Handle tx, Caller caller, CertificateId id, Request request) {
        // The lock comes first: the owner that is authorized is the one that is replaced.
        Optional<Certificate> locked = new Certificates(tx).lock(id);
        if (locked.isEmpty()) {
            return new Outcome.Refused(
                    List.of(Problem.of(ErrorCode.NOT_FOUND, "there is no certificate with the id " + id)));
        }
        Certificate certificate = locked.get();
        List<Problem> denials = denials(tx, caller, certificate, request);
        if (denials.isEmpty()) {
            denials = fourEyesProblems(tx, caller, certificate, request.to());
        }
        if (!denials.isEmpty()) {
            return new Outcome.Refused(denials);
        }
        return switch (TransferRules.decide(
                situation(tx, certificate, request.to()),
                request.to(),
                request.labels(),
                policies.read(tx),
                installation.changeWindows())) {
            case TransferDecision.Refused refused -> new Outcome.Refused(refused.problems());
            case TransferDecision.Unchanged unchanged -> new Outcome.Done(certificate, certificate.labels(), false);
            case TransferDecision.Possible possible -> {
                if (!request.dryRun()) {
                    commit(tx, caller, certificate, request.to(), possible.labels());
                }
                yield new Outcome.Done(certificate, possible.labels(), true);
            }
        };
    }

    /** The right to it is required for the former and for the new owner. */
    private List<Problem> denials(Handle tx, Caller caller, Certificate certificate, Request request) {
        // A name that is not valid belongs to no resource; the rules refuse it.
        Stream<Resource> resources = Stream.of(certificate.owner(), request.to())
                .filter(ResourceName::isValid)
                .distinct()
                .map(owner -> Resource.certificate(
                        owner, certificate.name(), certificate.spec().issuer()));
        Optional<String> subject = Optional.of(request.dryRun() ? "dry run" : "transfer " + certificate.id());
        return resources
                .flatMap(resource -> access.denial(tx, caller, Action.CERTIFICATE_TRANSFER, resource, subject).stream())
                .toList();
    }

    /** Otherwise a transfer to an own owner would replace the second person of a revocation. */
    private List<Problem> fourEyesProblems(Handle tx, Caller caller, Certificate certificate, String to) {
        List<Resource> former = Stream.concat(
                        Stream.of(certificate.spec().issuer()),
                        new IssuedCertificates(tx).of(certificate.id()).stream().map(IssuedCertificate::issuer))
                .distinct()
                .map(issuer -> Resource.certificate(certificate.owner(), certificate.name(), issuer))
                .toList();
        return certificate.owner().equals(to) || fourEyes.revokesAlone(caller, former)
                ? List.of()
                : List.of(Problem.of(
                        ErrorCode.FORBIDDEN_FOR_OWNER,
                        "'" + caller.principal().id() + "' has no grant that names the owner '" + certificate.owner()
                                + "': it needs a second person to revoke this certificate, and a transfer cannot wait"
                                + " for one; rule " + FourEyes.RULE
                                + ". A principal with a grant for both owners can transfer it"));
    }

    private static TransferRules.Situation situation(Handle tx, Certificate certificate, String to) {
        return new TransferRules.Situation(
                certificate.owner(),
                certificate.name(),
                certificate.spec(),
                certificate.labels(),
                certificate
                        .latestOrder()
                        .flatMap(new Orders(tx)::find)
                        .filter(StoredOrder::isInFlight)
                        .map(StoredOrder::id),
                ResourceName.isValid(to)
                        && new Certificates(tx).idOf(to, certificate.name()).isPresent());
    }

    private void commit(Handle tx, Caller caller, Certificate certificate, String to, Map<String, String> labels) {
        Instant now = clock.instant();
        OrderId order = certificate.latestOrder().orElseThrow();
        new Certificates(tx).transfer(certificate.id(), to, labels, now);
        if (!labels.equals(certificate.labels())) {
            // A label selects the change window: the renewal time is computed again.
            new ScheduledTasks(tx).postpone(certificate.id(), ScheduledTask.RENEW, now, now);
        }
        new Timeline(tx)
                .add(
                        certificate.id(),
                        new Timeline.Entry(
                                now,
                                order,
                                "certificate.transferred",
                                Map.of("formerOwner", certificate.owner(), "owner", to),
                                caller.initiator(),
                                Spans.traceId()));
        new Outbox(tx, clock)
                .append(
                        new CertificateTransferred(
                                certificate.id(), order, certificate.name(), certificate.owner(), to),
                        caller.initiator(),
                        Spans.traceparent(Context.current()));
        LOG.infof(
                "certificate %s '%s' is transferred from %s to %s",
                certificate.id(), certificate.name(), certificate.owner(), to);
    }
}
