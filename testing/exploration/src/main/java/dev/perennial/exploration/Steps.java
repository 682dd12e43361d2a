package dev.perennial.exploration;

import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.issuing.IssuanceDelivery;
import dev.perennial.issuance.issuing.OrderKeyStore;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.orders.ValidationDelivery;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Everything that can happen next in a state. */
final class Steps {
    private static final CertificateKeyGenerator KEYS = new OneKey();
    /** Further records on the topics would be duplicates of these. */
    private static final int MAX_WAITING = 2;

    /** @param faultless whether it happens without a fault, if nothing else does before it */
    record Next(SystemState system, String step, boolean faultless) {}

    private final SystemState from;
    private final List<Next> next = new ArrayList<>();

    private Steps(SystemState from) {
        this.from = from;
    }

    static List<Next> after(SystemState system) {
        Steps steps = new Steps(system);
        steps.deliveries();
        steps.orderService();
        steps.outages();
        steps.time();
        return steps.next;
    }

    private void deliveries() {
        if (!from.toValidate.isEmpty()) {
            each("validation", Steps::validate);
        }
        if (!from.toIssue.isEmpty()) {
            each("issuance", Steps::issue);
        }
        if (from.toAbandon) {
            each("cleanup", Steps::abandon);
        }
        if (from.faults > 0) {
            from.validated.ifPresent(record -> fault("redelivery of order.placed", system -> {
                system.toValidate.addFirst(record);
                system.validated = Optional.empty();
            }));
            from.issued.ifPresent(record -> fault("redelivery of order.authorized", system -> {
                system.toIssue.addFirst(record);
                system.issued = Optional.empty();
            }));
        }
    }

    private void orderService() {
        if (!from.facts.isEmpty()) {
            once("fact", SystemState::recordFact);
        }
        if (from.canCheckLeftOrder()) {
            once("check of the left order", SystemState::checkLeftOrder);
        }
        switch (from.state) {
            case OrderState.Due due -> {
                for (String issuer : from.candidates()) {
                    each("placement at " + issuer, (system, choices) -> place(system, choices, due, issuer));
                }
            }
            case OrderState.AtTheCa waiting -> {
                if (from.waiting() < MAX_WAITING) {
                    once("deadline", system -> {
                        system.advanceTo(waiting.deadline());
                        system.apply(new Input.DeadlinePassed());
                    });
                }
            }
            case OrderState.Issued it -> {}
            case OrderState.Deployed it -> {}
            case OrderState.Undeployed it -> {}
            case OrderState.Rehearsed it -> {}
            case OrderState.Failed it -> {}
        }
    }

    private void outages() {
        ExploredCa preferred = from.cas.get(SystemState.PREFERRED);
        if (preferred.outage == Outage.NONE && from.faults > 0) {
            for (Outage outage : List.of(Outage.REFUSES_CONNECTIONS, Outage.SILENT)) {
                fault("outage of ca1: " + outage, system -> system.cas.get(SystemState.PREFERRED).outage = outage);
            }
        }
        if (preferred.outage != Outage.NONE) {
            once("ca1 is back", system -> system.cas.get(SystemState.PREFERRED).outage = Outage.NONE);
        }
        if (!from.vault.sealed && from.faults > 0) {
            fault("outage of Vault", system -> system.vault.sealed = true);
        }
        if (from.vault.sealed) {
            once("Vault is back", system -> system.vault.sealed = false);
        }
    }

    private void time() {
        if (from.state instanceof OrderState.AtTheCa waiting) {
            if (!from.isOverdue()) {
                fault("4 hours", system -> system.advanceTo(system.overdueFrom()));
            }
            if (waiting.attempt() == 1) {
                fault(
                        "the ACME order expires",
                        system -> system.advanceTo(waiting.acmeOrder().expires().orElseThrow()));
            }
        }
    }

    private static void validate(SystemState system, Choices choices) {
        deliver(system.toValidate, record -> {
            new ValidationDelivery(
                            system.accounts(choices),
                            new Responder(),
                            event -> system.publish(event, choices),
                            system.clock())
                    .deliver(record);
            system.validated = Optional.of(record);
        });
    }

    private static void issue(SystemState system, Choices choices) {
        deliver(system.toIssue, record -> {
            new IssuanceDelivery(
                            system.accounts(choices),
                            system.vault.with(choices),
                            event -> system.publish(event, choices),
                            KEYS,
                            system.clock())
                    .deliver(record);
            system.issued = Optional.of(record);
        });
    }

    /** The record is acknowledged only if the consumer returns. */
    private static void deliver(Deque<Order> topic, Consumer<Order> consumer) {
        Order record = topic.element();
        consumer.accept(record);
        topic.remove();
    }

    private static void abandon(SystemState system, Choices choices) {
        try {
            new OrderKeyStore(system.vault.with(choices)).abandon(SystemState.ORDER, system.now);
            system.toAbandon = false;
        } catch (RetryLater e) {
            // The consumer retries without a limit.
            return;
        }
    }

    private static void place(SystemState system, Choices choices, OrderState.Due due, String issuer) {
        system.advanceTo(due.dueAt());
        system.issuer = Optional.of(issuer);
        system.apply(answer(system, choices, due.attempt(), issuer));
    }

    private static Input answer(SystemState system, Choices choices, int attempt, String issuer) {
        try {
            var account = system.accounts(choices).of(issuer, Registration.IF_ABSENT);
            return switch (account.place(List.of(SystemState.NAME), Optional.empty())) {
                case NewOrderResult.Placed placed -> new Input.Placed(attempt, placed.order());
                case NewOrderResult.Refused refused -> new Input.PlacementRefused(attempt, refused.problem());
            };
        } catch (RetryLater e) {
            return new Input.PlacementPostponed(attempt, e.problem());
        }
    }

    private void once(String step, Consumer<SystemState> change) {
        SystemState system = from.copy();
        change.accept(system);
        next.add(new Next(system, step, true));
    }

    private void fault(String step, Consumer<SystemState> change) {
        SystemState system = from.copy();
        system.faults = Math.max(0, system.faults - 1);
        change.accept(system);
        next.add(new Next(system, step, false));
    }

    /** Runs the step with every combination of outcomes of its calls. */
    private void each(String step, BiConsumer<SystemState, Choices> action) {
        Optional<Choices> choices = Optional.of(Choices.first());
        while (choices.isPresent()) {
            Choices now = choices.get();
            SystemState system = from.copy();
            try {
                action.accept(system, now);
            } catch (Crash crash) {
                // The next step continues with what is stored.
                assert now.faults() > 0;
            } catch (RuntimeException defect) {
                system.violate(ExplorationInvariant.NO_DEFECT, step + ": " + defect);
            }
            system.faults -= now.faults();
            next.add(new Next(system, step + now, now.faults() == 0));
            choices = now.next(from.faults);
        }
    }

    /** A responder that the CA always reaches. */
    private static final class Responder implements ChallengeSolver {
        @Override
        public String challengeType() {
            return Authorization.Challenge.HTTP_01;
        }

        @Override
        public boolean supports(Authorization authorization) {
            return true;
        }

        @Override
        public void present(Identifier identifier, Authorization.Challenge challenge) {}

        @Override
        public Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
            return Optional.empty();
        }

        @Override
        public void withdraw(Identifier identifier, Authorization.Challenge challenge) {}
    }

    /** The key of an order does not change its course. */
    private static final class OneKey extends CertificateKeyGenerator {
        private final CertificateKey key = super.generate(KeyType.EC_P256);

        @Override
        public CertificateKey generate(KeyType type) {
            return key;
        }
    }
}
