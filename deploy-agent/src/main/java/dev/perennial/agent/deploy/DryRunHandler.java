package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs a dry run with a certificate that was issued for a rehearsal, and reports the result: after the event, and then
 * at each reconciliation until it passes. The dry runs end when the bundle is deleted at the end of the rehearsal.
 */
final class DryRunHandler {
    private static final Logger LOG = Logger.getLogger(DryRunHandler.class);

    private final String host;
    private final HostBundles bundles;
    private final Function<Bundle, Optional<Problem>> dryRun;
    private final ReportPublisher reports;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Retry retry;
    private final Duration retryInterval;
    private final Set<OrderId> passed = ConcurrentHashMap.newKeySet();

    /**
     * @param dryRun returns the problem that a deployment would have
     * @param publisher returns when the broker has acknowledged the event, and throws otherwise
     * @param retryInterval interval between the attempts of a dry run that does not pass
     */
    DryRunHandler(
            String host,
            HostBundles bundles,
            Function<Bundle, Optional<Problem>> dryRun,
            Consumer<CloudEvent> publisher,
            MeterRegistry meters,
            Clock clock,
            Duration limit,
            Duration retryInterval) {
        this.host = host;
        this.bundles = bundles;
        this.dryRun = dryRun;
        this.reports = new ReportPublisher(host, publisher, clock);
        this.meters = meters;
        this.clock = clock;
        this.retry = new Retry(ReportPublisher.FIRST_PAUSE, ReportPublisher.LONGEST_PAUSE, limit);
        this.retryInterval = retryInterval;
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
                    () -> traced(trace, fact.orderId(), () -> {
                        attempt(fact).ifPresent(this::publish);
                        return true;
                    }));
        }
    }

    /** The rehearsals that have not passed since this process started. @throws RetryLater if Vault is not available */
    List<OrderId> open() {
        List<OrderId> all = bundles.rehearsals();
        passed.retainAll(all);
        return all.stream().filter(order -> !passed.contains(order)).toList();
    }

    /** Repeats the dry run of one. @throws RetryLater if Vault is not available */
    void retry(OrderId order) {
        traced(Context.root(), order, () -> {
            bundles.rehearsal(order).map(this::attempt).ifPresent(this::publish);
            return true;
        });
    }

    private Optional<OrderFact> attempt(CertificateIssued fact) {
        try {
            Optional<Bundle> bundle = retry.call(
                    "reading the rehearsal of " + fact.name(), clock, () -> bundles.rehearsal(fact.orderId()));
            return bundle.map(this::attempt);
        } catch (RetryLater e) {
            return Optional.of(failed(fact, e.problem()));
        } catch (UnreadableBundleException e) {
            return Optional.of(failed(fact, Problem.of(ErrorCode.BUNDLE_REJECTED, e.getMessage())));
        } catch (RuntimeException e) {
            if (Shutdown.isUnderWay()) {
                throw new Shutdown.WorkInterrupted();
            }
            LOG.errorf(e, "the dry run of %s failed with a defect of the agent", fact.name());
            return Optional.of(failed(
                    fact,
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "the dry run failed because of a defect of the agent; its log has the cause under the trace id of"
                                    + " the order",
                            e.getClass().getSimpleName())));
        }
    }

    private OrderFact attempt(Bundle bundle) {
        return dryRun.apply(bundle)
                .<OrderFact>map(problem -> new DeploymentFailed(
                        bundle.certificateId(),
                        bundle.orderId(),
                        bundle.name(),
                        host,
                        bundle.fingerprint(),
                        HostState.UNTOUCHED,
                        withNextAttempt(problem)))
                .orElseGet(() -> new CertificateRehearsed(
                        bundle.certificateId(), bundle.orderId(), bundle.name(), host, bundle.fingerprint()));
    }

    private DeploymentFailed failed(CertificateIssued fact, Problem problem) {
        return new DeploymentFailed(
                fact.certificateId(),
                fact.orderId(),
                fact.name(),
                host,
                fact.fingerprint(),
                HostState.UNTOUCHED,
                withNextAttempt(problem));
    }

    private Problem withNextAttempt(Problem problem) {
        return problem.nextAttempt(clock.instant().plus(retryInterval));
    }

    private void publish(OrderFact fact) {
        boolean pass = fact instanceof CertificateRehearsed;
        if (!pass && Shutdown.isUnderWay()) {
            throw new Shutdown.WorkInterrupted();
        }
        String outcome = pass ? "passed" : "failed";
        Span.current().setAttribute("perennial.outcome", outcome);
        meters.counter("perennial_dry_runs_total", "outcome", outcome).increment();
        LogContext.with(fact, () -> {
            log(fact);
            reports.publish(fact, "the rehearsal " + fact.orderId());
        });
        if (pass) {
            passed.add(fact.orderId());
        }
    }

    private void log(OrderFact fact) {
        if (fact instanceof DeploymentFailed failed) {
            Span.current().setStatus(StatusCode.ERROR, failed.problem().code().wireName());
            LOG.warnf(
                    "the dry run of %s failed, nothing has changed: %s: %s; the next attempt is within %s",
                    failed.name(),
                    failed.problem().code().wireName(),
                    failed.problem().detail()
                            + failed.problem()
                                    .evidence()
                                    .map(text -> " [" + text + "]")
                                    .orElse(""),
                    retryInterval);
        } else {
            LOG.infof("the dry run of order %s passed, nothing has changed", fact.orderId());
        }
    }

    private void traced(Context trace, OrderId order, Supplier<Boolean> work) {
        Spans.inSpan(
                trace,
                "rehearse deployment",
                SpanKind.INTERNAL,
                Map.of("perennial.host", host, "perennial.order.id", order.toString()),
                work);
    }
}
