package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.Bundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Deploys issued certificates, after an event or during the reconciliation, and reports the result. */
final class DeploymentHandler {
    private static final Logger LOG = Logger.getLogger(DeploymentHandler.class);
    private static final Duration LONGEST_AFTER_ROLLBACK = Duration.ofDays(1);
    /** Shorter, because the host may serve no certificate at all. */
    private static final Duration LONGEST_WHILE_UNPROVEN = Duration.ofHours(1);

    /** Time after which the reconciliation no longer waits for the publication of a report. */
    private static final Duration REPORT_WAIT = Duration.ofSeconds(2);

    private final String host;
    private final HostBundles bundles;
    private final Deployer deployer;
    private final ReportPublisher reports;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Retry retry;
    private final Duration reconcileInterval;
    private final Map<CertificateId, Lock> locks = new ConcurrentHashMap<>();
    /** The latest report of each certificate since the start. */
    private final Map<CertificateId, DeploymentReport> reported = new ConcurrentHashMap<>();

    private final Map<CertificateId, Backoff> backoffs = new ConcurrentHashMap<>();
    /** The latest report of the reconciliation about each certificate, until Kafka has it. */
    private final Map<CertificateId, DeploymentReport> unpublished = new ConcurrentHashMap<>();

    /** @param publisher returns when the broker has acknowledged the event, and throws otherwise */
    DeploymentHandler(
            String host,
            HostBundles bundles,
            Deployer deployer,
            Consumer<CloudEvent> publisher,
            MeterRegistry meters,
            Clock clock,
            Duration limit,
            Duration reconcileInterval) {
        this.host = host;
        this.bundles = bundles;
        this.deployer = deployer;
        this.reports = new ReportPublisher(host, publisher, clock);
        this.meters = meters;
        this.clock = clock;
        this.retry = new Retry(ReportPublisher.FIRST_PAUSE, ReportPublisher.LONGEST_PAUSE, limit);
        this.reconcileInterval = reconcileInterval;
    }

    /**
     * Returns when the report is on Kafka. Ignores facts for other hosts.
     *
     * @throws Shutdown.WorkInterrupted if the agent stops before there is a report
     */
    void onIssued(CertificateIssued fact, Context trace) {
        if (fact.targets().contains(host)) {
            LogContext.with(
                    fact,
                    () -> traced(trace, fact.certificateId(), () -> {
                        publish(deployIssued(fact));
                        return true;
                    }));
        }
    }

    /**
     * Compares Vault with the disk and with the served certificate, and deploys the bundle if they differ. A
     * certificate without a difference is reported once per start, because the previous process may have stopped
     * between the proof and the report. A bundle that was rolled back is deployed again after intervals that double, up
     * to a day, because each attempt costs two reloads; up to an hour if the rollback is unproven or there was nothing
     * to go back to. An expired bundle is reported once and never deployed.
     *
     * @return whether there was a difference
     */
    boolean reconcile(CertificateId certificate) {
        return traced(Context.root(), certificate, () -> {
            Optional<Reported> done = locked(
                    certificate,
                    () -> bundles.read(certificate).filter(this::isDue).map(this::deploy));
            done.filter(result -> result.changed() || !reported.containsKey(certificate))
                    .ifPresent(result -> publishSoon(result.report()));
            return done.map(Reported::changed).orElse(false);
        });
    }

    /**
     * The wait of a bundle whose deployment failed after it had changed the host.
     *
     * @param interval from the latest attempt to the next one
     */
    private record Backoff(String fingerprint, Duration interval, Instant nextAttempt) {}

    private boolean isDue(Bundle bundle) {
        Instant now = clock.instant();
        Backoff backoff = backoffs.get(bundle.certificateId());
        boolean backedOff = backoff != null
                && backoff.fingerprint().equals(bundle.fingerprint())
                && now.isBefore(backoff.nextAttempt());
        return !backedOff && !(now.isAfter(bundle.notAfter()) && isReportedAsUntouched(bundle));
    }

    private boolean isReportedAsUntouched(Bundle bundle) {
        DeploymentReport report = reported.get(bundle.certificateId());
        return report != null
                && report.fingerprint().equals(bundle.fingerprint())
                && report.outcome() instanceof DeploymentResult.Untouched;
    }

    private void remember(Bundle bundle, DeploymentResult outcome) {
        backoffs.compute(bundle.certificateId(), (id, before) -> switch (outcome) {
            case DeploymentResult.RolledBack back ->
                longer(Optional.ofNullable(before), bundle, LONGEST_AFTER_ROLLBACK);
            case DeploymentResult.Unproven unproven ->
                longer(Optional.ofNullable(before), bundle, LONGEST_WHILE_UNPROVEN);
            case DeploymentResult.Untouched untouched -> null;
            case DeploymentResult.Deployed deployed -> null;
        });
    }

    private Backoff longer(Optional<Backoff> before, Bundle bundle, Duration longest) {
        Duration interval = before.filter(backoff -> backoff.fingerprint().equals(bundle.fingerprint()))
                .map(backoff -> Reconciliation.doubled(backoff.interval(), longest))
                .orElse(reconcileInterval);
        return new Backoff(bundle.fingerprint(), interval, clock.instant().plus(interval));
    }

    private record Reported(DeploymentReport report, boolean changed) {}

    private DeploymentReport deployIssued(CertificateIssued fact) {
        try {
            return retry.call("deploying " + fact.name(), clock, () -> locked(
                            fact.certificateId(), () -> deploy(bundles.atLeast(fact.certificateId(), fact.orderId())))
                    .report());
        } catch (RetryLater e) {
            return report(fact, new DeploymentResult.Untouched(e.problem()));
        } catch (UnreadableBundleException e) {
            return report(fact, new DeploymentResult.Untouched(Problem.of(ErrorCode.BUNDLE_REJECTED, e.getMessage())));
        } catch (RuntimeException e) {
            if (Shutdown.isUnderWay()) {
                throw new Shutdown.WorkInterrupted();
            }
            LOG.errorf(
                    e,
                    "ALARM: the deployment of %s failed because of a defect of the agent, and the host was not checked"
                            + " after it; check the server by hand, see docs/reference/errors.md#internal",
                    fact.name());
            String detail =
                    "the deployment failed because of a defect of the agent, and the host was not checked after it; the"
                            + " log of the agent has the cause under the trace id of the order";
            return report(
                    fact,
                    new DeploymentResult.Unproven(
                            Problem.of(ErrorCode.INTERNAL, detail, e.getClass().getSimpleName())));
        }
    }

    private Reported deploy(Bundle bundle) {
        Deployer.Done done = deployer.deploy(bundle);
        remember(bundle, done.outcome());
        return new Reported(
                new DeploymentReport(
                        bundle.certificateId(),
                        bundle.orderId(),
                        bundle.name(),
                        bundle.serial(),
                        bundle.fingerprint(),
                        done.outcome()),
                done.changed());
    }

    private static DeploymentReport report(CertificateIssued fact, DeploymentResult outcome) {
        return new DeploymentReport(
                fact.certificateId(), fact.orderId(), fact.name(), fact.serial(), fact.fingerprint(), outcome);
    }

    private <T> T locked(CertificateId certificate, Supplier<T> work) {
        Lock lock = locks.computeIfAbsent(certificate, id -> new ReentrantLock());
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private boolean traced(Context trace, CertificateId certificate, Supplier<Boolean> work) {
        return Spans.inSpan(
                trace,
                "deploy certificate",
                SpanKind.INTERNAL,
                Map.of("perennial.host", host, "perennial.certificate.id", certificate.toString()),
                work);
    }

    private void publish(DeploymentReport report) {
        if (!(report.outcome() instanceof DeploymentResult.Deployed) && Shutdown.isUnderWay()) {
            throw new Shutdown.WorkInterrupted();
        }
        Backoff backoff = backoffs.get(report.certificateId());
        Instant next = backoff == null ? clock.instant().plus(reconcileInterval) : backoff.nextAttempt();
        OrderFact fact = report.retriedAt(next).fact(host);
        Span.current().setAttribute("perennial.outcome", report.outcome().label());
        if (!(report.outcome() instanceof DeploymentResult.Deployed)) {
            Span.current().setStatus(StatusCode.ERROR, report.outcome().label());
        }
        meters.counter(
                        "perennial_deployments_total",
                        "outcome",
                        report.outcome().label())
                .increment();
        LogContext.with(fact, () -> {
            log(report, next);
            reports.publish(fact, report.name());
        });
        reported.put(report.certificateId(), report);
    }

    /**
     * A Kafka outage must not stop the reconciliation: after some seconds the publication continues in the background,
     * with the latest report of each certificate.
     */
    private void publishSoon(DeploymentReport report) {
        if (unpublished.put(report.certificateId(), report) != null) {
            return;
        }
        Thread publisher = Thread.ofVirtual()
                .name("report-" + report.certificateId())
                .start(Context.current().wrap(() -> publishLatest(report.certificateId())));
        try {
            publisher.join(REPORT_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishLatest(CertificateId certificate) {
        try {
            DeploymentReport latest = unpublished.get(certificate);
            while (latest != null) {
                publish(latest);
                latest = unpublished.remove(certificate, latest) ? null : unpublished.get(certificate);
            }
        } catch (RuntimeException e) {
            unpublished.remove(certificate);
            LOG.debugf(
                    e,
                    "the report about certificate %s was not published; the next reconciliation repeats it",
                    certificate);
        }
    }

    private void log(DeploymentReport report, Instant next) {
        switch (report.outcome()) {
            case DeploymentResult.Deployed deployed ->
                LOG.infof(
                        "deployed %s: serial %s is served at %s over %s",
                        report.name(),
                        report.serial(),
                        deployed.proof().first().endpoint(),
                        deployed.proof().first().tlsVersion());
            case DeploymentResult.RolledBack back -> logFailure(report, "rolled back", back.problem(), next);
            case DeploymentResult.Untouched untouched ->
                logFailure(report, "not deployed, what failed is unchanged", untouched.problem(), next);
            case DeploymentResult.Unproven unproven ->
                logFailure(report, "not deployed, host unproven", unproven.problem(), next);
        }
    }

    private void logFailure(DeploymentReport report, String result, Problem problem, Instant next) {
        LOG.warnf(
                "%s: %s (serial %s), %s: %s; the next attempt is at %s or shortly after",
                report.name(),
                result,
                report.serial(),
                problem.code().wireName(),
                problem.detail()
                        + problem.evidence().map(text -> " [" + text + "]").orElse(""),
                next);
    }
}
