package dev.perennial.validation.orders;

import dev.perennial.events.Identifier;
import dev.perennial.events.Order;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import java.util.List;

/** The result of the validation of an order. */
sealed interface ValidationResult {
    record Authorized() implements ValidationResult {}

    record Rejected(List<IdentifierProblem> problems) implements ValidationResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }

    /** A failure that concerns all identifiers. */
    static Rejected forAll(List<Identifier> identifiers, Problem problem) {
        return new Rejected(identifiers.stream()
                .map(identifier -> new IdentifierProblem(identifier, problem))
                .toList());
    }

    default OrderFact fact(Order order) {
        return switch (this) {
            case Authorized authorized -> new OrderAuthorized(order);
            case Rejected(List<IdentifierProblem> problems) ->
                new OrderRejected(order.certificateId(), order.orderId(), order.attempt(), problems);
        };
    }

    /** For logs and metrics. */
    default String outcome() {
        return switch (this) {
            case Authorized authorized -> "authorized";
            case Rejected rejected -> "rejected";
        };
    }
}
