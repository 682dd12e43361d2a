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
 * Makes a dry run of what was issued for a rehearsal, and reports how it ended: when the fact comes, and again on the timer for as long as it
 * does not pass. When the rehearsal is over its bundle is gone, and so is the work.
 */
final class DryRunHandler {
    private static final Logger LOG = Logger.getLogger(DryRunHandler.class);

    private final String host;
    private final HostBundles copies;
    private final Function<Bundle, Optional<Problem>> dryRun;
    private final ReportPublisher reports;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Retry retry;
    private final Duration again;
    private final Set<OrderId> passed = ConcurrentHashMap.newKeySet();

    /**
     * @param dryRun says what an installation would fail on
     * @param outlet returns when the broker has the event; throws otherwise
     * @param again how often one that did not pass is tried
     */
    DryRunHandler(
            String host,
            HostBundles copies,
            Function<Bundle, Optional<Problem>> dryRun,
            Consumer<CloudEvent> outlet,
            MeterRegistry meters,
            Clock clock,
            Duration limit,
            Duration again) {
        this.host = host;
        this.copies = copies;
        this.dryRun = dryRun;
        this.reports = new ReportPublisher(host, outlet, clock);
        this.meters = meters;
        this.clock = clock;
        this.retry = new Retry(ReportPublisher.FIRST_PAUSE, ReportPublisher.LONGEST_PAUSE, limit);
        this.again = again;
    }

    /**
     * Returns when the outcome is on Kafka. Facts for other hosts are none of our business.
     *
     * @throws Shutdown.WorkInterrupted where nothing was reported because the agent is being stopped
     */
    void onIssued(CertificateIssued fact, Context trace) {
        if (fact.targets().contains(host)) {
            LogContext.with(
                    fact,
                    () -> traced(trace, fact.orderId(), () -> {
                        tried(fact).ifPresent(this::publish);
                        return true;
                    }));
        }
    }

    /** The rehearsals that have not passed here, as far as this process knows. @throws RetryLater where Vault is not available */
    List<OrderId> open() {
        List<OrderId> all = copies.rehearsals();
        passed.retainAll(all);
        return all.stream().filter(order -> !passed.contains(order)).toList();
    }

    /** Tries one again. @throws RetryLater where Vault is not available */
    void again(OrderId order) {
        traced(Context.root(), order, () -> {
            copies.rehearsal(order).map(this::tried).ifPresent(this::publish);
            return true;
        });
    }

    private Optional<OrderFact> tried(CertificateIssued fact) {
        try {
            Optional<Bundle> bundle = retry.call(
                    "reading the rehearsal of " + fact.name(), clock, () -> copies.rehearsal(fact.orderId()));
            return bundle.map(this::tried);
        } catch (RetryLater e) {
            return Optional.of(failed(fact, e.problem()));
        } catch (UnreadableBundleException e) {
            return Optional.of(failed(fact, Problem.of(ErrorCode.BUNDLE_REJECTED, e.getMessage())));
        } catch (RuntimeException e) {
            if (Shutdown.isUnderWay()) {
                throw new Shutdown.WorkInterrupted();
            }
            LOG.errorf(e, "the dry run of %s ended in a defect of ours", fact.name());
            return Optional.of(failed(
                    fact,
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "a defect of the agent ended the dry run; its log has the cause under the order's trace id",
                            e.getClass().getSimpleName())));
        }
    }

    private OrderFact tried(Bundle bundle) {
        return dryRun.apply(bundle)
                .<OrderFact>map(problem -> new DeploymentFailed(
                        bundle.certificateId(),
                        bundle.orderId(),
                        bundle.name(),
                        host,
                        bundle.fingerprint(),
                        HostState.UNTOUCHED,
                        retried(problem)))
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
                retried(problem));
    }

    private Problem retried(Problem problem) {
        return problem.nextAttempt(clock.instant().plus(again));
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
            say(fact);
            reports.publish(fact, "the rehearsal " + fact.orderId());
        });
        if (pass) {
            passed.add(fact.orderId());
        }
    }

    private void say(OrderFact fact) {
        if (fact instanceof DeploymentFailed failed) {
            Span.current().setStatus(StatusCode.ERROR, failed.problem().code().wireName());
            LOG.warnf(
                    "the dry run of %s did not pass, nothing was touched: %s: %s; tried again within %s",
                    failed.name(),
                    failed.problem().code().wireName(),
                    failed.problem().detail()
                            + failed.problem()
                                    .evidence()
                                    .map(text -> " [" + text + "]")
                                    .orElse(""),
                    again);
        } else {
            LOG.infof("the dry run of order %s passed, nothing was touched", fact.orderId());
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
