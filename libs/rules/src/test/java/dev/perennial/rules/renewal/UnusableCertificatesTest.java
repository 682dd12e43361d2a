package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetryPolicy;
import dev.perennial.rules.lifecycle.Situation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * A CA whose certificates can never be used, with random causes of orders and random pauses between the checks.
 * Repeat a failure with {@code -Dperennial.seed=<seed>}.
 */
class UnusableCertificatesTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant NOT_AFTER = NOW.plus(Duration.ofDays(30));
    private static final Lifecycle LIFECYCLE = new Lifecycle(Duration.ofMinutes(15), RetryPolicy.DEFAULT);

    private static final List<OrderCause> LOOPS = List.of(
            OrderCause.REPLACEMENT,
            OrderCause.REVOKED,
            OrderCause.KEY_COMPROMISED,
            OrderCause.SUGGESTED_WINDOW,
            OrderCause.LIFETIME_SPENT,
            OrderCause.EMERGENCY);

    @Test
    void issuesAtMostOneCertificateADay() {
        long seed = Long.getLong("perennial.seed", System.nanoTime());
        System.out.println("seed of the unusable certificates: " + seed);
        RandomGenerator random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            List<Instant> issued = issued(random);
            assertThat(issued).as("seed " + seed + ", run " + run).hasSizeGreaterThan(5);
            for (int i = 1; i < issued.size(); i++) {
                assertThat(Duration.between(issued.get(i - 1), issued.get(i)))
                        .as("seed " + seed + ", run " + run + ", certificate " + i)
                        .isGreaterThanOrEqualTo(Duration.ofDays(1));
            }
        }
    }

    /** The times at which the CA issued. */
    private static List<Instant> issued(RandomGenerator random) {
        List<Instant> issued = new ArrayList<>();
        Optional<Instant> unusableAt = Optional.empty();
        OrderState state = Lifecycle.begin(NOW);
        int unusable = 0;
        int failures = 0;
        Instant failedAt = NOW;
        Instant now = NOW;
        while (now.isBefore(NOT_AFTER)) {
            now = now.plusSeconds(random.nextInt(7200));
            if (state instanceof OrderState.Failed) {
                OrderCause cause = LOOPS.get(random.nextInt(LOOPS.size()));
                if (renews(new OrderSnapshot(state, false, failedAt), cause, failures, now)) {
                    state = Lifecycle.begin(cause, unusableAt, now);
                    unusable = 0;
                }
            } else if (state instanceof OrderState.Due due && !now.isBefore(due.dueAt())) {
                Decision.Moved moved = issue(state, random.nextBoolean(), unusable, now);
                state = moved.next();
                issued.add(now);
                if (moved.effects().stream().anyMatch(Decision.CountUnusable.class::isInstance)) {
                    unusable++;
                    unusableAt = Optional.of(now);
                }
                if (state instanceof OrderState.Failed) {
                    failures++;
                    failedAt = now;
                }
            }
        }
        return issued;
    }

    private static boolean renews(OrderSnapshot latest, OrderCause cause, int failures, Instant now) {
        return RenewalDecision.of(
                        new RenewalDecision.Situation(
                                NOT_AFTER.minus(Duration.ofDays(90)),
                                NOT_AFTER,
                                new RenewalTime(NOW, cause, NOW),
                                OrderCause.REQUESTED,
                                Optional.of(latest),
                                failures),
                        now)
                instanceof RenewalDecision.Renew;
    }

    /** One attempt: the certificate does not match, or a defect prevents that it is stored until the order expires. */
    private static Decision.Moved issue(OrderState due, boolean defect, int unusable, Instant now) {
        AcmeOrder acme = new AcmeOrder(
                URI.create("https://ca.test/order/1"),
                URI.create("https://ca.test/finalize/1"),
                List.of(),
                Optional.of(now.plusSeconds(30)));
        Situation situation = new Situation(Optional.empty(), false, unusable);
        Problem problem = defect
                ? Problem.of(ErrorCode.INTERNAL, "Vault answers 413")
                : Problem.of(ErrorCode.CERTIFICATE_MISMATCH, "an extra name");
        OrderState placed = moved(due, new Input.Placed(due.attempt(), acme), situation, now)
                .next();
        OrderState authorized = moved(placed, new Input.Authorized(due.attempt()), situation, now)
                .next();
        return moved(authorized, new Input.IssuanceFailed(due.attempt(), problem, Finalization.MAYBE), situation, now);
    }

    private static Decision.Moved moved(OrderState state, Input input, Situation situation, Instant now) {
        return (Decision.Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, input, situation, now);
    }
}
