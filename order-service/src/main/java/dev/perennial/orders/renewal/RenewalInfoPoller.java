package dev.perennial.orders.renewal;

import dev.perennial.acme.RenewalInfo;
import dev.perennial.acme.RenewalInfoSource;
import dev.perennial.events.CertificateId;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificate.Suggestion;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.renewal.NextPoll;
import dev.perennial.rules.renewal.SuggestedWindow;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Fetches renewal information from CAs (RFC 9773). If a CA is unavailable, its last suggestion stays valid. */
@Singleton
public class RenewalInfoPoller {
    private static final Logger LOG = Logger.getLogger(RenewalInfoPoller.class);

    private final Database database;
    private final RenewalInfoSource infos;
    private final NextPoll next;
    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    public RenewalInfoPoller(
            Database database, RenewalInfoSource infos, RenewalConfig config, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.infos = infos;
        this.next = new NextPoll(config.maxPollInterval());
        this.clock = clock;
        this.meters = meters;
    }

    /** Fetches the information for the current X.509 certificate and schedules the next request. */
    public void poll(CertificateId id) {
        Optional<IssuedCertificate> current = database.inTransaction(tx -> new IssuedCertificates(tx).current(id));
        if (current.flatMap(IssuedCertificate::renewalId).isEmpty()) {
            LOG.debugf("certificate %s has no renewal identifier; its renewal information is not requested", id);
            database.inTransaction(tx -> {
                new ScheduledTasks(tx).drop(id, ScheduledTask.POLL_ARI);
                return id;
            });
            return;
        }
        IssuedCertificate issued = current.get();
        try {
            RenewalInfo answer = infos.fetch(issued.issuer(), issued.renewalId().orElseThrow());
            database.inTransaction(tx -> answered(tx, issued, answer));
        } catch (RetryLater e) {
            database.inTransaction(tx -> unanswered(tx, issued, e));
        }
    }

    private Instant answered(Handle tx, IssuedCertificate issued, RenewalInfo answer) {
        Instant now = clock.instant();
        Instant nextPoll =
                switch (answer) {
                    case RenewalInfo.Suggested it -> {
                        suggested(tx, issued, it, now);
                        yield next.afterAnAnswer(it.retryAfter(), now);
                    }
                    case RenewalInfo.NotOffered it -> next.whereNotOffered(now);
                    case RenewalInfo.Unusable it -> {
                        LOG.warnf(
                                "the CA '%s' sent invalid renewal information for certificate %s: %s; it is requested again later",
                                issued.issuer(), issued.certificateId(), it.reason());
                        yield next.afterInvalidAnswer(now);
                    }
                };
        if (isStillCurrent(tx, issued)) {
            new ScheduledTasks(tx).postpone(issued.certificateId(), ScheduledTask.POLL_ARI, nextPoll, now);
        }
        count(outcome(answer));
        return nextPoll;
    }

    private Instant unanswered(Handle tx, IssuedCertificate issued, RetryLater why) {
        Instant now = clock.instant();
        if (isStillCurrent(tx, issued)) {
            new ScheduledTasks(tx)
                    .failed(
                            issued.certificateId(),
                            ScheduledTask.POLL_ARI,
                            failures ->
                                    next.afterFailures(failures, why.problem().nextAttemptAt(), now),
                            now);
        }
        LOG.debugf(
                "the renewal information of certificate %s cannot be fetched: %s",
                issued.certificateId(), why.getMessage());
        count("failed");
        return now;
    }

    /** If another one was issued meanwhile, its poll is due at once and must stay due. */
    private static boolean isStillCurrent(Handle tx, IssuedCertificate issued) {
        return new Certificates(tx)
                .lock(issued.certificateId())
                .flatMap(it -> it.issued())
                .filter(it -> it.fingerprint().equals(issued.fingerprint()))
                .isPresent();
    }

    private void suggested(Handle tx, IssuedCertificate issued, RenewalInfo.Suggested answer, Instant now) {
        Suggestion after = new Suggestion(
                answer.start(), answer.end(), answer.explanation().map(URI::toString));
        if (issued.suggestion().filter(after::equals).isPresent()) {
            return;
        }
        new IssuedCertificates(tx).suggest(issued.fingerprint(), after);
        // The renewer decides what follows.
        new ScheduledTasks(tx).postpone(issued.certificateId(), ScheduledTask.RENEW, now, now);
        if (isNotable(issued, after, now)) {
            addToTimeline(tx, issued, after, now);
        }
    }

    private static boolean isNotable(IssuedCertificate issued, Suggestion after, Instant now) {
        boolean wasDue =
                issued.suggestion().filter(it -> isDue(issued, it, now)).isPresent();
        boolean explained = after.explanation().isPresent()
                && !after.explanation().equals(issued.suggestion().flatMap(Suggestion::explanation));
        return explained || isDue(issued, after, now) && !wasDue;
    }

    private static boolean isDue(IssuedCertificate issued, Suggestion suggestion, Instant now) {
        return !now.isBefore(new SuggestedWindow(suggestion.start(), suggestion.end()).moment(issued.jitter()));
    }

    private static void addToTimeline(Handle tx, IssuedCertificate issued, Suggestion after, Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("fingerprint", issued.fingerprint());
        detail.put("start", after.start());
        detail.put("end", after.end());
        after.explanation().ifPresent(page -> detail.put("explanation", page));
        LOG.infof(
                "the CA '%s' suggests to renew certificate %s between %s and %s%s",
                issued.issuer(),
                issued.certificateId(),
                after.start(),
                after.end(),
                after.explanation().map(page -> ": " + page).orElse(""));
        new Timeline(tx)
                .add(
                        issued.certificateId(),
                        new Timeline.Entry(
                                now, issued.orderId(), "renewal.suggested", detail, Outbox.SYSTEM, Spans.traceId()));
    }

    private void count(String outcome) {
        meters.counter("perennial_renewal_info_requests_total", "outcome", outcome)
                .increment();
    }

    private static String outcome(RenewalInfo answer) {
        return switch (answer) {
            case RenewalInfo.Suggested it -> "suggested";
            case RenewalInfo.NotOffered it -> "not-offered";
            case RenewalInfo.Unusable it -> "unusable";
        };
    }
}
