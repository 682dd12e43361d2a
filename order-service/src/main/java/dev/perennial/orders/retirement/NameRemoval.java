package dev.perennial.orders.retirement;

import dev.perennial.events.CertificateNamesFailing;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.orders.issuer.limits.FailingName;
import dev.perennial.orders.issuer.limits.FailingNames;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.retirement.FailingNameRules;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Sees that names which are in quarantine do not keep a certificate from being renewed for the others. */
@Singleton
public class NameRemoval {
    private static final Logger LOG = Logger.getLogger(NameRemoval.class);
    private static final String TOLD = "names.dead";

    private final OrderTransitions transitions;
    private final RetirementConfig config;
    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    public NameRemoval(OrderTransitions transitions, RetirementConfig config, Clock clock, MeterRegistry meters) {
        this.transitions = transitions;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Looks at an order that waits to renew what is served.
     *
     * @param certificate locked by the caller
     * @param emergency what is served expires soon, or must not be served
     * @return whether names were dropped: the order was withdrawn, and the caller is to make the next one
     */
    public boolean look(Handle tx, Certificate certificate, StoredOrder order, boolean emergency) {
        if (order.isRehearsal() || !(order.state() instanceof OrderState.Due)) {
            return false;
        }
        Map<String, FailingName> failing = failing(tx, order);
        Set<Identifier> dead = order.spec().identifiers().stream()
                .filter(name -> failing.containsKey(Demand.baseName(name)))
                .collect(Collectors.toSet());
        return switch (FailingNameRules.judge(config.dropNames(), order.spec().identifiers(), dead, emergency)) {
            case FailingNameRules.None it -> false;
            case FailingNameRules.Blocking it -> {
                alarm(tx, certificate, order, it.dead(), last(failing, it.dead()), false);
                yield false;
            }
            case FailingNameRules.Dropped it -> {
                Problem why = last(failing, it.dead());
                alarm(tx, certificate, order, it.dead(), why, true);
                drop(tx, certificate, order, it, why);
                yield true;
            }
        };
    }

    private static Map<String, FailingName> failing(Handle tx, StoredOrder order) {
        List<String> names = order.spec().identifiers().stream()
                .map(Demand::baseName)
                .distinct()
                .toList();
        return new FailingNames(tx)
                .quarantined(order.issuer(), names).stream()
                        .collect(Collectors.toMap(FailingName::name, Function.identity()));
    }

    private static Problem last(Map<String, FailingName> failing, List<Identifier> dead) {
        return failing.get(Demand.baseName(dead.getFirst())).problem();
    }

    private void drop(
            Handle tx, Certificate certificate, StoredOrder order, FailingNameRules.Dropped names, Problem why) {
        transitions.apply(
                tx,
                order.id(),
                new Input.Withdrawn(Problem.of(
                        ErrorCode.NAME_DROPPED,
                        words(names.dead())
                                + " could not be proven again and again, so the certificate is renewed without",
                        why.detail())));
        new Certificates(tx)
                .ordered(certificate.id(), certificate.spec().covering(names.living()), order.id(), clock.instant());
    }

    /** Once for each order; and once more where they are dropped. */
    private void alarm(
            Handle tx,
            Certificate certificate,
            StoredOrder order,
            List<Identifier> dead,
            Problem why,
            boolean dropped) {
        Timeline timeline = new Timeline(tx);
        String entry = dropped ? "names.dropped" : TOLD;
        if (timeline.says(certificate.id(), order.id(), entry)) {
            return;
        }
        Instant now = clock.instant();
        timeline.add(
                certificate.id(),
                new Timeline.Entry(
                        now,
                        order.id(),
                        entry,
                        Map.of("names", dead, "problem", why, "policy", config.dropNames()),
                        Spans.traceId()));
        new Outbox(tx, clock)
                .append(
                        new CertificateNamesFailing(
                                certificate.id(),
                                order.id(),
                                certificate.name(),
                                certificate.owner(),
                                dead,
                                dropped,
                                why),
                        Spans.traceparent(Context.current()));
        meters.counter("perennial_dead_names_total", "dropped", Boolean.toString(dropped))
                .increment(dead.size());
        LOG.errorf(
                "ALARM: %s of certificate %s '%s' cannot be proven and %s: %s",
                words(dead),
                certificate.id(),
                certificate.name(),
                dropped ? "dropped from it, so that the other names stay alive" : "block its renewal",
                why.detail());
    }

    private static String words(List<Identifier> names) {
        return names.stream().map(Identifier::value).collect(Collectors.joining(", "));
    }
}
