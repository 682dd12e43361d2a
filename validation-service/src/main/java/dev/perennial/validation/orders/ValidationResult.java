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
        /** Characters of the evidence of all problems: one event contains them, and its size is limited. */
        private static final int MAX_EVIDENCE = 40_000;

        public Rejected {
            int each = MAX_EVIDENCE / Math.max(1, problems.size());
            problems = problems.stream()
                    .map(problem -> new IdentifierProblem(problem.identifier(), shortened(problem.problem(), each)))
                    .toList();
        }

        /** Keeps the beginning and the end, which may be a link. */
        private static Problem shortened(Problem problem, int limit) {
            return new Problem(
                    problem.code(),
                    problem.detail(),
                    problem.evidence()
                            .map(text -> text.length() <= limit
                                    ? text
                                    : text.substring(0, limit / 2) + " ... "
                                            + text.substring(text.length() - limit / 2)),
                    problem.nextAttemptAt());
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
