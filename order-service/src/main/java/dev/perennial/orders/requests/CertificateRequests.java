package dev.perennial.orders.requests;

import dev.perennial.acme.Issuers;
import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.renewal.KeyReuse;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.Orders.Origin;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.requests.Policy;
import dev.perennial.rules.requests.PolicyDecision;
import dev.perennial.rules.requests.RequestRules;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The one door for requests: each is heard once, and one transaction holds everything it leads to. */
@Singleton
public class CertificateRequests {
    private final Database database;
    private final Policy policy;
    private final Issuers issuers;
    private final OrderTransitions transitions;
    private final Retirements retirements;
    private final Clock clock;
    private final Wakeups wakeups;
    private final MeterRegistry meters;

    @Inject
    public CertificateRequests(
            Database database,
            Policy policy,
            Issuers issuers,
            OrderTransitions transitions,
            Retirements retirements,
            Clock clock,
            Wakeups wakeups,
            MeterRegistry meters) {
        this.database = database;
        this.policy = policy;
        this.issuers = issuers;
        this.transitions = transitions;
        this.retirements = retirements;
        this.clock = clock;
        this.wakeups = wakeups;
        this.meters = meters;
    }

    /**
     * Hears a request. The second time, the first answer is given again and nothing else happens.
     *
     * @throws dev.perennial.events.RetryLater where the database is unavailable; nothing was committed
     */
    public RequestResult hear(CertificateSubmission submission) {
        RequestResult answer = database.inTransaction(tx -> hear(tx, submission));
        wakeups.factWritten().raise();
        switch (answer) {
            case RequestResult.Accepted accepted -> {
                if (accepted.disposition() == Disposition.ORDERED) {
                    wakeups.orderDue().raise();
                }
                count(accepted.disposition().name());
            }
            case RequestResult.Refused refused -> count("REFUSED");
        }
        return answer;
    }

    /** Answers something that is no request at all with {@code certificate.refused}, once per id. */
    public void refuseUnreadable(String source, String id, Problem problem, Optional<String> traceparent) {
        database.inTransaction(tx -> {
            if (new Inbox(tx).isNew(source, id, Optional.empty(), clock.instant())) {
                new Outbox(tx, clock)
                        .append(
                                new CertificateRefused(id, Optional.empty(), Optional.empty(), List.of(problem)),
                                traceparent);
            }
            return id;
        });
        wakeups.factWritten().raise();
        count("UNREADABLE");
    }

    private RequestResult hear(Handle tx, CertificateSubmission submission) {
        Instant now = clock.instant();
        Inbox inbox = new Inbox(tx);
        String source = submission.source();
        if (!inbox.isNew(source, submission.id(), submission.digest(), now)) {
            return again(inbox.earlier(source, submission.id()), submission);
        }
        RequestResult answer =
                switch (RequestRules.check(policy, knownIssuers(), submission.request())) {
                    case PolicyDecision.Acceptable acceptable -> order(tx, submission, acceptable, now);
                    case PolicyDecision.Unacceptable unacceptable -> new RequestResult.Refused(unacceptable.problems());
                };
        switch (answer) {
            case RequestResult.Accepted accepted -> inbox.answer(source, submission.id(), Json.write(accepted));
            case RequestResult.Refused refused -> {
                if (submission.answered()) {
                    // Nothing came of it: the requester may mend the request and keep the id.
                    inbox.forget(source, submission.id());
                } else {
                    refuse(tx, submission, refused);
                }
            }
        }
        return answer;
    }

    private Map<String, IssuerSettings> knownIssuers() {
        Map<String, IssuerSettings> known = new HashMap<>();
        issuers.names().forEach(name -> issuers.find(name).ifPresent(settings -> known.put(name, settings)));
        return known;
    }

    private static RequestResult again(Inbox.Earlier earlier, CertificateSubmission submission) {
        if (!earlier.digest().equals(submission.digest())) {
            return new RequestResult.Refused(
                    List.of(
                            Problem.of(
                                    ErrorCode.INVALID_FIELD,
                                    "header 'Idempotency-Key': it was used before, for another request; nothing was done, use a new one")));
        }
        return earlier.answer()
                .<RequestResult>map(json -> Json.read(json, RequestResult.Accepted.class))
                .orElseGet(() -> new RequestResult.Refused(List.of()));
    }

    private RequestResult order(
            Handle tx, CertificateSubmission submission, PolicyDecision.Acceptable wanted, Instant now) {
        Certificates certificates = new Certificates(tx);
        Certificate certificate =
                certificates.lockOrCreate(wanted.owner(), wanted.name(), wanted.spec(), wanted.labels(), now);
        retirements.revive(tx, certificate, "it was asked for again");
        Optional<StoredOrder> latest = certificate.latestOrder().flatMap(new Orders(tx)::find);
        ExistingOrderCheck existing = ExistingOrderCheck.of(
                wanted.spec(), wanted.rehearse(), certificate.spec(), latest, certificate.issued(), now);
        if (existing != ExistingOrderCheck.BUSY && !wanted.labels().equals(certificate.labels())) {
            certificates.describe(certificate.id(), wanted.labels(), now);
            // A label chooses the change window: when it is renewed is decided anew.
            new ScheduledTasks(tx).postpone(certificate.id(), ScheduledTask.RENEW, now);
        }
        return switch (existing) {
            case ORDER -> {
                latest.filter(StoredOrder::isRehearsal)
                        .ifPresent(rehearsal -> transitions.apply(tx, rehearsal.id(), new Input.Superseded()));
                OrderId order = make(tx, submission, wanted, certificate, now);
                certificates.ordered(certificate.id(), wanted.spec(), order, now);
                yield accept(tx, submission, certificate, order, Disposition.ORDERED, now);
            }
            case RUNNING ->
                accept(tx, submission, certificate, latest.orElseThrow().id(), Disposition.ALREADY_RUNNING, now);
            case CURRENT ->
                accept(tx, submission, certificate, latest.orElseThrow().id(), Disposition.ALREADY_CURRENT, now);
            case BUSY ->
                new RequestResult.Refused(List.of(Problem.of(
                        ErrorCode.ORDER_RUNNING,
                        "order " + latest.orElseThrow().id() + " for certificate " + certificate.id()
                                + " is running and asks for something else; ask again when it has ended")));
        };
    }

    private static OrderId make(
            Handle tx,
            CertificateSubmission submission,
            PolicyDecision.Acceptable wanted,
            Certificate certificate,
            Instant now) {
        Orders orders = new Orders(tx);
        Origin origin = Origin.request(submission.traceparent());
        OrderState begin = Lifecycle.begin(now);
        return wanted.rehearsalAt()
                .filter(issuer -> wanted.rehearse() || certificate.issued().isEmpty())
                .map(issuer -> orders.rehearse(certificate, wanted.spec(), issuer, origin, begin, now))
                .orElseGet(() -> orders.create(
                        certificate,
                        KeyReuse.of(tx, certificate.id(), wanted.spec(), OrderCause.REQUESTED),
                        origin,
                        begin,
                        now));
    }

    private RequestResult accept(
            Handle tx,
            CertificateSubmission submission,
            Certificate certificate,
            OrderId order,
            Disposition disposition,
            Instant now) {
        new Timeline(tx)
                .add(
                        certificate.id(),
                        new Timeline.Entry(
                                now,
                                order,
                                "certificate.requested",
                                Map.of(
                                        "requestId",
                                        submission.id(),
                                        "source",
                                        submission.source(),
                                        "disposition",
                                        disposition),
                                Spans.traceId()));
        new Outbox(tx, clock)
                .append(
                        new CertificateAccepted(
                                certificate.id(),
                                order,
                                submission.id(),
                                certificate.name(),
                                certificate.owner(),
                                disposition),
                        submission.traceparent());
        return new RequestResult.Accepted(certificate.id(), order, disposition);
    }

    private void refuse(Handle tx, CertificateSubmission submission, RequestResult.Refused refused) {
        CertificateRequested request = submission.request();
        new Outbox(tx, clock)
                .append(
                        new CertificateRefused(
                                submission.id(),
                                Optional.ofNullable(request.name()),
                                Optional.ofNullable(request.owner()),
                                refused.problems()),
                        submission.traceparent());
    }

    private void count(String outcome) {
        meters.counter("perennial_requests_total", "outcome", outcome.toLowerCase(Locale.ROOT))
                .increment();
    }
}
