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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Removes names in quarantine from a certificate if they would prevent its renewal for the other names. */
@Singleton
public class NameRemoval {
    private static final Logger LOG = Logger.getLogger(NameRemoval.class);
    private static final String REPORTED = "names.failing";

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
     * Checks an order that waits to renew a certificate.
     *
     * @param certificate locked by the caller
     * @param emergency whether the current certificate expires soon, or must not be served
     * @return whether names were removed: the order is withdrawn then, and the caller creates the next one
     */
    public boolean check(Handle tx, Certificate certificate, StoredOrder order, boolean emergency) {
        if (order.isRehearsal() || !(order.state() instanceof OrderState.Due)) {
            return false;
        }
        Map<String, FailingName> failing = failing(tx, order);
        Set<Identifier> quarantined = names(order, failing, name -> true);
        Set<Identifier> failedByCa = names(order, failing, FailingName::failedByCa);
        return switch (FailingNameRules.evaluate(
                config.dropNames(), order.spec().identifiers(), quarantined, failedByCa, emergency)) {
            case FailingNameRules.None it -> false;
            case FailingNameRules.Blocking it -> {
                alarm(tx, certificate, order, it.failing(), last(failing, it.failing()), false);
                yield false;
            }
            case FailingNameRules.Dropped it -> {
                Problem why = last(failing, it.failing());
                alarm(tx, certificate, order, it.failing(), why, true);
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

    private static Set<Identifier> names(
            StoredOrder order, Map<String, FailingName> failing, Predicate<FailingName> condition) {
        return order.spec().identifiers().stream()
                .filter(name -> Optional.ofNullable(failing.get(Demand.baseName(name)))
                        .filter(condition)
                        .isPresent())
                .collect(Collectors.toSet());
    }

    private static Problem last(Map<String, FailingName> failing, List<Identifier> names) {
        return failing.get(Demand.baseName(names.getFirst())).problem();
    }

    private void drop(
            Handle tx, Certificate certificate, StoredOrder order, FailingNameRules.Dropped names, Problem why) {
        transitions.apply(
                tx,
                order.id(),
                new Input.Withdrawn(Problem.of(
                        ErrorCode.NAME_DROPPED,
                        words(names.failing())
                                + " failed validation repeatedly, so the certificate is renewed without them",
                        why.detail())));
        new Certificates(tx)
                .ordered(certificate.id(), certificate.spec().covering(names.remaining()), order.id(), clock.instant());
    }

    /** Reports failing names once for each order, and once more if they are removed. */
    private void alarm(
            Handle tx,
            Certificate certificate,
            StoredOrder order,
            List<Identifier> names,
            Problem why,
            boolean dropped) {
        Timeline timeline = new Timeline(tx);
        String entry = dropped ? "names.dropped" : REPORTED;
        if (timeline.contains(certificate.id(), order.id(), entry)) {
            return;
        }
        Instant now = clock.instant();
        timeline.add(
                certificate.id(),
                new Timeline.Entry(
                        now,
                        order.id(),
                        entry,
                        Map.of("names", names, "problem", why, "policy", config.dropNames()),
                        Outbox.SYSTEM,
                        Spans.traceId()));
        new Outbox(tx, clock)
                .append(
                        new CertificateNamesFailing(
                                certificate.id(),
                                order.id(),
                                certificate.name(),
                                certificate.owner(),
                                names,
                                dropped,
                                why),
                        Outbox.SYSTEM,
                        Spans.traceparent(Context.current()));
        meters.counter("perennial_failing_names_total", "dropped", Boolean.toString(dropped))
                .increment(names.size());
        LOG.errorf(
                "ALARM: control of %s cannot be proven for certificate %s '%s'; these names %s: %s; see docs/concepts/retirement.md#dropping-one-name-of-several",
                words(names),
                certificate.id(),
                certificate.name(),
                dropped ? "are removed, so that it is renewed for the others" : "block its renewal",
                why.detail());
    }

    private static String words(List<Identifier> names) {
        return names.stream().map(Identifier::value).collect(Collectors.joining(", "));
    }
}
