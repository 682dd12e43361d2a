package dev.perennial.orders.renewal;

import dev.perennial.acme.RenewalInfo;
import dev.perennial.acme.RenewalInfoSource;
import dev.perennial.events.CertificateId;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
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

/**
 * Asks CAs when they would like certificates to be renewed (RFC 9773). What cannot be asked stays as it was said
 * last.
 */
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
        this.next = new NextPoll(config.longestPoll());
        this.clock = clock;
        this.meters = meters;
    }

    /** Asks about what is served, and says when it is to be asked again. */
    public void ask(CertificateId id) {
        Optional<IssuedCertificate> issued = database.inTransaction(tx -> new IssuedCertificates(tx).current(id));
        if (issued.flatMap(IssuedCertificate::renewalId).isEmpty()) {
            LOG.debugf("nobody can be asked about certificate %s", id);
            database.inTransaction(tx -> {
                new ScheduledTasks(tx).drop(id, ScheduledTask.POLL_ARI);
                return id;
            });
            return;
        }
        IssuedCertificate asked = issued.get();
        try {
            RenewalInfo said = infos.fetch(asked.ca(), asked.renewalId().orElseThrow());
            database.inTransaction(tx -> heard(tx, asked, said));
        } catch (RetryLater e) {
            database.inTransaction(tx -> notHeard(tx, asked, e));
        }
    }

    private Instant heard(Handle tx, IssuedCertificate asked, RenewalInfo said) {
        Instant now = clock.instant();
        Instant again =
                switch (said) {
                    case RenewalInfo.Suggested it -> {
                        suggested(tx, asked, it, now);
                        yield next.afterAnAnswer(it.retryAfter(), now);
                    }
                    case RenewalInfo.NotOffered it -> next.whereNotOffered(now);
                    case RenewalInfo.Unusable it -> {
                        LOG.warnf(
                                "the CA '%s' was asked when certificate %s should be renewed, and its answer cannot be"
                                        + " used: %s",
                                asked.ca(), asked.certificateId(), it.reason());
                        yield next.afterNonsense(now);
                    }
                };
        if (isStillServed(tx, asked)) {
            new ScheduledTasks(tx).postpone(asked.certificateId(), ScheduledTask.POLL_ARI, again);
        }
        count(said.getClass().getSimpleName());
        return again;
    }

    private Instant notHeard(Handle tx, IssuedCertificate asked, RetryLater why) {
        Instant now = clock.instant();
        if (isStillServed(tx, asked)) {
            new ScheduledTasks(tx)
                    .failed(
                            asked.certificateId(),
                            ScheduledTask.POLL_ARI,
                            failures ->
                                    next.afterFailures(failures, why.problem().nextAttemptAt(), now));
        }
        LOG.debugf("nobody could be asked about certificate %s: %s", asked.certificateId(), why.getMessage());
        count("Failed");
        return now;
    }

    /** Another one may have been issued meanwhile; it is to be asked about at once, and that must stay so. */
    private static boolean isStillServed(Handle tx, IssuedCertificate asked) {
        return new Certificates(tx)
                .lock(asked.certificateId())
                .flatMap(it -> it.issued())
                .filter(it -> it.fingerprint().equals(asked.fingerprint()))
                .isPresent();
    }

    private void suggested(Handle tx, IssuedCertificate asked, RenewalInfo.Suggested said, Instant now) {
        Suggestion after =
                new Suggestion(said.start(), said.end(), said.explanation().map(URI::toString));
        if (asked.suggestion().filter(after::equals).isPresent()) {
            return;
        }
        new IssuedCertificates(tx).suggest(asked.fingerprint(), after);
        // It is decided where it always is.
        new ScheduledTasks(tx).postpone(asked.certificateId(), ScheduledTask.RENEW, now);
        if (isNews(asked, after, now)) {
            tell(tx, asked, after, now);
        }
    }

    private static boolean isNews(IssuedCertificate asked, Suggestion after, Instant now) {
        boolean wasDue = asked.suggestion().filter(it -> isDue(asked, it, now)).isPresent();
        boolean explained = after.explanation().isPresent()
                && !after.explanation().equals(asked.suggestion().flatMap(Suggestion::explanation));
        return explained || isDue(asked, after, now) && !wasDue;
    }

    private static boolean isDue(IssuedCertificate asked, Suggestion suggestion, Instant now) {
        return !now.isBefore(new SuggestedWindow(suggestion.start(), suggestion.end()).moment(asked.spread()));
    }

    private static void tell(Handle tx, IssuedCertificate asked, Suggestion after, Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("fingerprint", asked.fingerprint());
        detail.put("start", after.start());
        detail.put("end", after.end());
        after.explanation().ifPresent(page -> detail.put("explanation", page));
        LOG.infof(
                "the CA '%s' would like certificate %s to be renewed between %s and %s%s",
                asked.ca(),
                asked.certificateId(),
                after.start(),
                after.end(),
                after.explanation().map(page -> ": " + page).orElse(""));
        new Timeline(tx)
                .add(
                        asked.certificateId(),
                        new Timeline.Entry(now, asked.orderId(), "renewal.suggested", detail, Spans.traceId()));
    }

    private void count(String outcome) {
        meters.counter("perennial_renewal_questions_total", "outcome", outcome.toLowerCase(java.util.Locale.ROOT))
                .increment();
    }
}
