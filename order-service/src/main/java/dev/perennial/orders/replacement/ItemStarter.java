package dev.perennial.orders.replacement;

import dev.perennial.acme.Issuers;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificate.CurrentVersion;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.Orders.Origin;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.requests.OwnerPolicies;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Creates the order of one item. */
@Singleton
class ItemStarter {
    /**
     * A rehearsal in progress replaces nothing; its live order does. The item is checked again after this interval.
     */
    private static final Duration REHEARSAL_CHECK_INTERVAL = Duration.ofMinutes(1);

    /** Of a certificate that another transaction has locked. */
    private static final Duration LOCKED_CHECK_INTERVAL = Duration.ofSeconds(10);

    private final Issuers issuers;
    private final CurrentPolicy policy;

    @Inject
    ItemStarter(Issuers issuers, CurrentPolicy policy) {
        this.issuers = issuers;
        this.policy = policy;
    }

    /** The candidate at the issuer of its order. */
    Candidate placed(StoredReplacement run, Candidate candidate) {
        return run.drill() ? rehearsal(candidate.issuer()).map(candidate::at).orElse(candidate) : candidate;
    }

    /** @return whether it occupies a slot now */
    boolean start(Handle tx, StoredReplacement run, ReplacementItems.Waiting item, Instant now) {
        ReplacementItems items = new ReplacementItems(tx, run.id());
        Optional<Certificate> free = new Certificates(tx).lockIfFree(item.now().certificate());
        if (free.isEmpty()) {
            return postpone(items, item, now.plus(LOCKED_CHECK_INTERVAL), now);
        }
        Certificate certificate = free.get();
        if (certificate.retired().isPresent()) {
            items.skip(
                    item.rank(),
                    Problem.of(
                            ErrorCode.REPLACEMENT_CONFLICT,
                            "the certificate was retired after the plan was created",
                            certificate.retired().get().reason()),
                    now);
            return false;
        }
        String served = certificate.issued().map(CurrentVersion::fingerprint).orElse("");
        if (!served.equals(item.fingerprint())) {
            items.skip(
                    item.rank(),
                    Problem.of(
                            ErrorCode.REPLACEMENT_CONFLICT,
                            "another X.509 certificate has replaced it since the plan was created"),
                    now);
            return false;
        }
        return Spans.inSpan(
                "replace certificate",
                SpanKind.INTERNAL,
                Map.of(
                        "perennial.certificate.id", certificate.id().toString(),
                        "perennial.replacement.id", run.id().toString()),
                () -> run.drill() ? drill(tx, run, items, item, certificate, now) : replace(tx, run, items, item, now));
    }

    private static boolean replace(
            Handle tx, StoredReplacement run, ReplacementItems items, ReplacementItems.Waiting item, Instant now) {
        FollowUpOrders.Outcome outcome = new FollowUpOrders(tx)
                .order(
                        item.now().certificate(),
                        OrderCause.REPLACEMENT,
                        Map.of("replacement", run.id(), "reason", run.reason()),
                        run.initiator(),
                        now);
        return switch (outcome) {
            case FollowUpOrders.Outcome.Ordered made -> release(items, item, made.order(), now);
            case FollowUpOrders.Outcome.UnderWay running ->
                new Orders(tx)
                                .find(running.order())
                                .filter(StoredOrder::isRehearsal)
                                .isPresent()
                        ? postpone(items, item, now.plus(REHEARSAL_CHECK_INTERVAL), now)
                        : release(items, item, running.order(), now);
            case FollowUpOrders.Outcome.Unknown it ->
                throw new IllegalStateException("a locked certificate has disappeared");
        };
    }

    private boolean drill(
            Handle tx,
            StoredReplacement run,
            ReplacementItems items,
            ReplacementItems.Waiting item,
            Certificate certificate,
            Instant now) {
        Optional<String> issuer = rehearsal(certificate.spec().issuer());
        Optional<Problem> obstacle = issuer.map(name -> unusable(tx, certificate, name))
                .orElseGet(() -> Optional.of(Problem.of(
                        ErrorCode.REPLACEMENT_CONFLICT,
                        "'" + certificate.spec().issuer() + "' no longer has a rehearsal issuer")));
        if (obstacle.isPresent()) {
            items.skip(item.rank(), obstacle.get(), now);
            return false;
        }
        OrderId order = new Orders(tx)
                .drill(
                        certificate,
                        issuer.get(),
                        new Origin(
                                OrderCause.REPLACEMENT,
                                Optional.empty(),
                                false,
                                false,
                                run.initiator(),
                                Spans.traceparent(Context.current())),
                        Lifecycle.begin(now),
                        now);
        new Timeline(tx)
                .add(
                        certificate.id(),
                        new Timeline.Entry(
                                now,
                                order,
                                "drill.started",
                                Map.of("replacement", run.id(), "reason", run.reason(), "rehearsalAt", issuer.get()),
                                run.initiator(),
                                Spans.traceId()));
        return release(items, item, order, now);
    }

    private Optional<Problem> unusable(Handle tx, Certificate certificate, String rehearsal) {
        OwnerPolicies owners = policy.read(tx);
        return owners.mayUse(certificate.owner(), rehearsal)
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ErrorCode.FORBIDDEN_FOR_OWNER,
                        "owner '" + certificate.owner() + "' may not use the rehearsal issuer '" + rehearsal
                                + "'; rule " + owners.issuerRule(certificate.owner())));
    }

    private static boolean release(ReplacementItems items, ReplacementItems.Waiting item, OrderId order, Instant now) {
        items.release(item.rank(), order, now);
        return true;
    }

    private static boolean postpone(ReplacementItems items, ReplacementItems.Waiting item, Instant until, Instant now) {
        items.postpone(item.rank(), until, now);
        return false;
    }

    private Optional<String> rehearsal(String issuer) {
        return issuers.find(issuer).flatMap(IssuerSettings::rehearsal);
    }
}
