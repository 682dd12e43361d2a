package dev.perennial.exploration;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Event;
import dev.perennial.events.Finalization;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderRejected;
import dev.perennial.exploration.ExploredCa.CaOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Situation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One order and everything that its progress depends on. */
final class SystemState {
    static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
    static final Identifier NAME = Identifier.dns("shop.example");
    static final OrderId ORDER = OrderId.of("01938a4e-7c11-7a45-8b1c-2d3e4f5a6b7c");
    static final String PREFERRED = "ca1";
    static final String FALLBACK = "ca2";

    private static final CertificateId CERTIFICATE = CertificateId.of("01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01");
    private static final Duration FIRST_CERTIFICATE_TIMEOUT = Duration.ofHours(4);

    private final Rules rules;
    private final CheckCounts checks;
    final Map<String, ExploredCa> cas = new TreeMap<>();
    final ModelVault vault;
    Instant now;
    OrderState state;

    /** Where the current attempt is placed. */
    Optional<String> issuer = Optional.empty();

    /** The issuer and the ACME order of an attempt that was left, while its outcome is unknown. */
    private Optional<String> left = Optional.empty();

    private Optional<AcmeOrder> leftOrder = Optional.empty();

    /** How often an attempt was left: as many second certificates are allowed. */
    private int leaves;

    /** Records of {@code order.placed}, {@code order.authorized} and all facts, in the order of their publication. */
    final Deque<Order> toValidate = new ArrayDeque<>();

    final Deque<Order> toIssue = new ArrayDeque<>();
    final Deque<CloudEvent> facts = new ArrayDeque<>();
    boolean toAbandon;

    /** The records processed last, which are delivered again if the consumer restarts before it commits. */
    Optional<Order> validated = Optional.empty();

    Optional<Order> issued = Optional.empty();

    private final Set<String> inbox = new HashSet<>();

    /** How many faults may still happen. */
    int faults;

    Optional<String> violation = Optional.empty();

    SystemState(Rules rules, CheckCounts checks, int faults) {
        this(rules, checks, new ModelVault());
        this.faults = faults;
        now = START;
        state = Lifecycle.begin(START);
        cas.put(PREFERRED, new ExploredCa(PREFERRED));
        cas.put(FALLBACK, new ExploredCa(FALLBACK));
    }

    private SystemState(Rules rules, CheckCounts checks, ModelVault vault) {
        this.rules = rules;
        this.checks = checks;
        this.vault = vault;
    }

    SystemState copy() {
        SystemState copy = new SystemState(rules, checks, vault.copy());
        cas.forEach((name, ca) -> copy.cas.put(name, ca.copy()));
        copy.now = now;
        copy.state = state;
        copy.issuer = issuer;
        copy.left = left;
        copy.leftOrder = leftOrder;
        copy.leaves = leaves;
        copy.toValidate.addAll(toValidate);
        copy.toIssue.addAll(toIssue);
        copy.facts.addAll(facts);
        copy.toAbandon = toAbandon;
        copy.validated = validated;
        copy.issued = issued;
        copy.inbox.addAll(inbox);
        copy.faults = faults;
        copy.violation = violation;
        return copy;
    }

    /** How many records wait on the topics. */
    int waiting() {
        return toValidate.size() + toIssue.size() + facts.size();
    }

    AcmeAccounts accounts(Choices choices) {
        return (name, registration) -> new ModelAccount(this, cas.get(name), choices);
    }

    Clock clock() {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    void advanceTo(Instant moment) {
        now = moment.isAfter(now) ? moment : now;
    }

    /** The issuers to which the order may go, as {@code Failover} in the order-service selects them. */
    List<String> candidates() {
        boolean preferredIsDown = cas.get(PREFERRED).outage != Outage.NONE;
        if (left.equals(Optional.of(PREFERRED))) {
            return List.of(FALLBACK);
        }
        return preferredIsDown ? List.of(PREFERRED, FALLBACK) : List.of(PREFERRED);
    }

    /** As {@code UnresolvedOrderCheck} in the order-service. */
    void checkLeftOrder() {
        ExploredCa ca = cas.get(left.orElseThrow());
        CaOrder order = ca.order(leftOrder.orElseThrow().url());
        if (order.isDead(now) || !order.isFinalized()) {
            left = Optional.empty();
            leftOrder = Optional.empty();
        } else if (order.status() == ExploredCa.Status.PROCESSING) {
            ca.update(order.with(ExploredCa.Status.VALID));
        } else {
            apply(new Input.Recovered(leftOrder.get()));
        }
    }

    /** Whether the CA of an attempt that was left can be asked. */
    boolean canCheckLeftOrder() {
        return left.filter(issuer -> cas.get(issuer).outage == Outage.NONE).isPresent() && !isServed();
    }

    boolean isOverdue() {
        return !now.isBefore(overdueFrom());
    }

    Instant overdueFrom() {
        return START.plus(FIRST_CERTIFICATE_TIMEOUT);
    }

    /** Publishes a record: to the order-service, and {@code order.authorized} also to the issuance-service. */
    void publish(CloudEvent event, Choices choices) {
        CallOutcome outcome =
                choices.of("publish", List.of(CallOutcome.SUCCEEDS, CallOutcome.CRASH_BEFORE, CallOutcome.CRASH_AFTER));
        if (outcome == CallOutcome.CRASH_BEFORE) {
            throw new Crash();
        }
        facts.add(event);
        if (event.data() instanceof OrderAuthorized authorized) {
            toIssue.add(authorized.order());
        }
        if (outcome == CallOutcome.CRASH_AFTER) {
            throw new Crash();
        }
    }

    /** The order-service processes the next fact. */
    void recordFact() {
        CloudEvent event = facts.remove();
        if (inbox.add(event.id())) {
            apply(input(event.data()));
        }
    }

    private static Input input(Event fact) {
        return switch (fact) {
            case OrderAuthorized it -> new Input.Authorized(it.order().attempt());
            case OrderRejected it ->
                new Input.Rejected(
                        it.attempt(),
                        it.problems().stream().map(problem -> problem.problem()).toList());
            case CertificateIssued it -> new Input.Issued(it.attempt(), it.fingerprint(), it.targets());
            case IssuanceFailed it ->
                new Input.IssuanceFailed(
                        it.attempt(), it.problem(), it.finalization().orElse(Finalization.MAYBE));
            case Event other -> throw new IllegalStateException("not a fact of the model: " + other);
        };
    }

    /** As {@code OrderTransitions} in the order-service. */
    void apply(Input input) {
        boolean other =
                cas.values().stream().anyMatch(ca -> ca.outage == Outage.NONE && !issuer.equals(Optional.of(ca.name)));
        Situation situation = new Situation(
                other ? Optional.of(Situation.Overdue.ofFirst(START, FIRST_CERTIFICATE_TIMEOUT)) : Optional.empty(),
                left.isPresent(),
                0);
        checks.count(ExplorationInvariant.NO_REFUSED_FACT);
        checks.count(ExplorationInvariant.NOT_ABANDONED);
        switch (rules.on(state, input, situation, now)) {
            case Decision.Moved moved -> {
                state = moved.next();
                moved.effects().forEach(this::commit);
            }
            case Decision.ReportStored it -> throw new IllegalStateException("there is no host");
            case Decision.Ignored ignored -> {}
            case Decision.Refused refused -> violate(ExplorationInvariant.NO_REFUSED_FACT, refused.reason());
        }
    }

    private void commit(Decision.Effect effect) {
        switch (effect) {
            case Decision.Resume it -> toValidate.add(event(it));
            case Decision.Leave it -> {
                left = issuer;
                leftOrder = Optional.of(it.acmeOrder());
                leaves++;
            }
            case Decision.Return it -> {
                issuer = left;
                left = Optional.empty();
                leftOrder = Optional.empty();
            }
            case Decision.ResolveLeft it -> {
                left = Optional.empty();
                leftOrder = Optional.empty();
            }
            // The limit of such certificates is not part of the model.
            case Decision.CountUnusable it -> {}
            case Decision.Abandon it -> {
                toAbandon = true;
                violate(ExplorationInvariant.NOT_ABANDONED, it.problem().detail());
            }
            case Decision.Remind it -> throw new IllegalStateException("there is no host");
            case Decision.EndRehearsal it -> throw new IllegalStateException("the order is live");
            case Decision.GoLive it -> throw new IllegalStateException("the order is live");
        }
    }

    private Order event(Decision.Resume resume) {
        String at = issuer.orElseThrow();
        return new Order(
                CERTIFICATE,
                ORDER,
                resume.attempt(),
                "shop",
                "web",
                at,
                List.of(NAME),
                KeyType.EC_P256,
                List.of(),
                resume.acmeOrder(),
                false,
                false,
                rules.allowsSecondCertificate(left.filter(it -> !it.equals(at)).isPresent()),
                Optional.empty());
    }

    /** A CA is about to accept a CSR. */
    void finalized(ExploredCa ca, CaOrder order) {
        List<String> alive = cas.values().stream()
                .flatMap(other -> other.orders.stream()
                        .filter(it -> it.isFinalized() && !it.isDead(now))
                        .map(it -> other.name + " order " + it.number()))
                .toList();
        checks.count(ExplorationInvariant.ONE_CERTIFICATE);
        if (alive.size() > leaves) {
            violate(ExplorationInvariant.ONE_CERTIFICATE, ca.name + " order " + order.number() + " beside " + alive);
        }
    }

    void violate(ExplorationInvariant invariant, String how) {
        violation = violation.or(() -> Optional.of(invariant + ": " + how));
    }

    boolean isServed() {
        return state instanceof OrderState.Issued;
    }

    /** Equal for states with the same future. Times count only as far as a decision compares them. */
    String key() {
        StringBuilder key = new StringBuilder();
        key.append(stateKey());
        key.append("|overdue ").append(isOverdue());
        key.append("|at ").append(issuer).append(" left ").append(left).append(leaves);
        key.append("|validate ").append(orders(toValidate)).append(" issue ").append(orders(toIssue));
        key.append("|facts ").append(facts.stream().map(SystemState::factKey).toList());
        key.append("|again ").append(orders(validated.stream().toList()));
        key.append(orders(issued.stream().toList()));
        key.append("|abandon ").append(toAbandon);
        for (ExploredCa ca : cas.values()) {
            key.append('|').append(ca.outage);
            ca.orders.forEach(order -> key.append(
                            order.isDead(now) ? "DEAD" : order.status().toString())
                    .append(order.isFinalized() ? "+" : "-"));
        }
        key.append("|vault ").append(vault.sealed);
        vault.current().forEach((path, secret) -> key.append(path)
                .append(secret.field("attempt"))
                .append(secret.field("closed"))
                .append(secret.field("abandonedAt").isPresent())
                .append(secret.field("issuer"))
                .append(secret.field("acmeOrder"))
                .append(secret.field("serial")));
        key.append("|inbox ")
                .append(inbox.stream().filter(SystemState::isDerived).sorted().collect(Collectors.joining()));
        return key.append("|faults ").append(faults).toString();
    }

    private String stateKey() {
        return switch (state) {
            case OrderState.Due it -> "due " + it.attempt();
            case OrderState.AtTheCa it ->
                it.step() + " " + it.attempt() + " " + Math.min(it.resumptions(), 4) + " "
                        + it.acmeOrder().url() + " "
                        + it.acmeOrder().expires().filter(now::isBefore).isPresent();
            case OrderState.Issued it ->
                "issued " + it.attempt() + " " + it.rollout().fingerprint();
            case OrderState.Failed it -> "failed " + it.attempt();
            case OrderState.Deployed it -> "deployed";
            case OrderState.Undeployed it -> "undeployed";
            case OrderState.Rehearsed it -> "rehearsed";
        };
    }

    /** Ids that are derived from the content are UUIDs of version 3; others never repeat. */
    private static boolean isDerived(String id) {
        return id.charAt(14) == '3';
    }

    private static String factKey(CloudEvent event) {
        return switch (event.data()) {
            case OrderAuthorized it -> "authorized " + it.order().attempt();
            case OrderRejected it ->
                "rejected " + it.attempt() + it.problems().getFirst().problem().code();
            case CertificateIssued it -> "issued " + it.attempt() + it.fingerprint();
            case IssuanceFailed it ->
                "failed " + it.attempt() + it.finalization() + it.problem().code();
            case Event other -> other.toString();
        };
    }

    private static String orders(Iterable<Order> orders) {
        StringBuilder text = new StringBuilder();
        orders.forEach(it -> text.append(it.attempt())
                .append('@')
                .append(it.acmeOrder().url())
                .append(it.secondCertificateAllowed() ? "! " : " "));
        return text.toString();
    }
}
