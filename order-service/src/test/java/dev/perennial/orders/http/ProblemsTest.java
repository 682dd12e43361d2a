package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    @Test
    void writesAbbreviationsInTitlesInUpperCase() {
        assertThat(Problems.title(ErrorCode.WILDCARD_NEEDS_DNS01)).isEqualTo("Wildcard needs dns-01");
        assertThat(Problems.title(ErrorCode.FORBIDDEN_NAME)).isEqualTo("Forbidden name");
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(Problems.title(code)).matches("[A-Z].*").doesNotContainPattern("\\b(Ca|Dns|json|dns01)\\b");
        }
    }

    @Test
    void countsTheProblemsAfterTheFirst() {
        Problem problem = Problem.of(ErrorCode.FORBIDDEN_NAME, "a.test is not allowed");

        assertThat(detailOf(problem, 1)).isEqualTo("a.test is not allowed");
        assertThat(detailOf(problem, 2)).isEqualTo("a.test is not allowed (and 1 more problem)");
        assertThat(detailOf(problem, 3)).isEqualTo("a.test is not allowed (and 2 more problems)");
    }

    private static String detailOf(Problem problem, int count) {
        return Problems.details(422, Collections.nCopies(count, problem)).detail();
    }
}
