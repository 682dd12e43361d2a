package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValidationResultTest {
    @Test
    void fitsIntoAnEventWhateverTheCaSaysAboutEachName() {
        String evidence = "\u20ac".repeat(2_500) + " https://ca.example.com/unpause";
        List<IdentifierProblem> problems = IntStream.range(0, 100)
                .mapToObj(i -> new IdentifierProblem(
                        Identifier.dns("n" + i + "." + "a".repeat(60) + ".example.com"),
                        Problem.of(ErrorCode.CHALLENGE_FAILED, "failed", evidence)))
                .toList();

        byte[] event =
                EventCodec.encode(new ValidationResult.Rejected(problems).fact(SampleOrders.of(List.of(), List.of())));

        assertThat(event).hasSizeLessThan(EventCodec.MAX_BYTES);
    }

    @Test
    void keepsTheEvidenceOfAFewNames() {
        Problem problem = Problem.of(ErrorCode.CHALLENGE_FAILED, "failed", "x".repeat(1_900));
        var rejected =
                new ValidationResult.Rejected(List.of(new IdentifierProblem(Identifier.dns("a.example.com"), problem)));

        assertThat(rejected.fact(SampleOrders.of(List.of(), List.of())))
                .isInstanceOfSatisfying(OrderRejected.class, fact -> assertThat(fact.problems())
                        .extracting(IdentifierProblem::problem)
                        .containsExactly(problem));
    }
}
