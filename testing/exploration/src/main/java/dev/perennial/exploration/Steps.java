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

/** Everything that can happen next in a world. */
final class Steps {
    private static final CertificateKeyGenerator KEYS = new OneKey();
    /** Further records on the topics would be duplicates of these. */
    private static final int MAX_WAITING = 2;

    /** @param faultless whether it happens without a fault, if nothing else does before it */
    record Next(World world, String step, boolean faultless) {}

    private final World from;
    private final List<Next> next = new ArrayList<>();

    private Steps(World from) {
        this.from = from;
    }

    static List<Next> after(World world) {
        Steps steps = new Steps(world);
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
            from.validated.ifPresent(record -> fault("redelivery of order.placed", world -> {
                world.toValidate.addFirst(record);
                world.validated = Optional.empty();
            }));
            from.issued.ifPresent(record -> fault("redelivery of order.authorized", world -> {
                world.toIssue.addFirst(record);
                world.issued = Optional.empty();
            }));
        }
    }

    private void orderService() {
        if (!from.facts.isEmpty()) {
            once("fact", World::recordFact);
        }
        if (from.canCheckLeftOrder()) {
            once("check of the left order", World::checkLeftOrder);
        }
        switch (from.state) {
            case OrderState.Due due -> {
                for (String issuer : from.candidates()) {
                    each("placement at " + issuer, (world, choices) -> place(world, choices, due, issuer));
                }
            }
            case OrderState.AtTheCa waiting -> {
                if (from.waiting() < MAX_WAITING) {
                    once("deadline", world -> {
                        world.advanceTo(waiting.deadline());
                        world.apply(new Input.DeadlinePassed());
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
        ModelCa preferred = from.cas.get(World.PREFERRED);
        if (preferred.outage == Outage.NONE && from.faults > 0) {
            for (Outage outage : List.of(Outage.REFUSES_CONNECTIONS, Outage.SILENT)) {
                fault("outage of ca1: " + outage, world -> world.cas.get(World.PREFERRED).outage = outage);
            }
        }
        if (preferred.outage != Outage.NONE) {
            once("ca1 is back", world -> world.cas.get(World.PREFERRED).outage = Outage.NONE);
        }
        if (!from.vault.sealed && from.faults > 0) {
            fault("outage of Vault", world -> world.vault.sealed = true);
        }
        if (from.vault.sealed) {
            once("Vault is back", world -> world.vault.sealed = false);
        }
    }

    private void time() {
        if (from.state instanceof OrderState.AtTheCa waiting) {
            if (!from.isOverdue()) {
                fault("4 hours", world -> world.advanceTo(world.overdueFrom()));
            }
            if (waiting.attempt() == 1) {
                fault(
                        "the ACME order expires",
                        world -> world.advanceTo(waiting.acmeOrder().expires().orElseThrow()));
            }
        }
    }

    private static void validate(World world, Choices choices) {
        deliver(world.toValidate, record -> {
            new ValidationDelivery(
                            world.accounts(choices),
                            new Responder(),
                            event -> world.publish(event, choices),
                            world.clock())
                    .deliver(record);
            world.validated = Optional.of(record);
        });
    }

    private static void issue(World world, Choices choices) {
        deliver(world.toIssue, record -> {
            new IssuanceDelivery(
                            world.accounts(choices),
                            world.vault.with(choices),
                            event -> world.publish(event, choices),
                            KEYS,
                            world.clock())
                    .deliver(record);
            world.issued = Optional.of(record);
        });
    }

    /** The record is acknowledged only if the consumer returns. */
    private static void deliver(Deque<Order> topic, Consumer<Order> consumer) {
        Order record = topic.element();
        consumer.accept(record);
        topic.remove();
    }

    private static void abandon(World world, Choices choices) {
        try {
            new OrderKeyStore(world.vault.with(choices)).abandon(World.ORDER, world.now);
            world.toAbandon = false;
        } catch (RetryLater e) {
            // The consumer retries without a limit.
            return;
        }
    }

    private static void place(World world, Choices choices, OrderState.Due due, String issuer) {
        world.advanceTo(due.dueAt());
        world.issuer = Optional.of(issuer);
        world.apply(answer(world, choices, due.attempt(), issuer));
    }

    private static Input answer(World world, Choices choices, int attempt, String issuer) {
        try {
            var account = world.accounts(choices).of(issuer, Registration.IF_ABSENT);
            return switch (account.place(List.of(World.NAME), Optional.empty())) {
                case NewOrderResult.Placed placed -> new Input.Placed(attempt, placed.order());
                case NewOrderResult.Refused refused -> new Input.PlacementRefused(attempt, refused.problem());
            };
        } catch (RetryLater e) {
            return new Input.PlacementPostponed(attempt, e.problem());
        }
    }

    private void once(String step, Consumer<World> change) {
        World world = from.copy();
        change.accept(world);
        next.add(new Next(world, step, true));
    }

    private void fault(String step, Consumer<World> change) {
        World world = from.copy();
        world.faults = Math.max(0, world.faults - 1);
        change.accept(world);
        next.add(new Next(world, step, false));
    }

    /** Runs the step with every combination of outcomes of its calls. */
    private void each(String step, BiConsumer<World, Choices> action) {
        Optional<Choices> choices = Optional.of(Choices.first());
        while (choices.isPresent()) {
            Choices now = choices.get();
            World world = from.copy();
            try {
                action.accept(world, now);
            } catch (Crash crash) {
                // The next step continues with what is stored.
                assert now.faults() > 0;
            } catch (RuntimeException defect) {
                world.violate(Invariant.NO_DEFECT, step + ": " + defect);
            }
            world.faults -= now.faults();
            next.add(new Next(world, step + now, now.faults() == 0));
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
