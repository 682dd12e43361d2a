package dev.perennial.exploration;

import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetryPolicy;
import dev.perennial.rules.lifecycle.Situation;
import java.time.Duration;
import java.time.Instant;

/** The rules of the order-service that are explored. */
interface Rules {
    Decision on(OrderState state, Input input, Situation situation, Instant now);

    /** Whether the issuance-service may finalize an attempt without asking the CA of an earlier one. */
    boolean allowsSecondCertificate(boolean left);

    /** The rules that run in production. */
    static Rules ofProduction() {
        Lifecycle lifecycle = new Lifecycle(Duration.ofMinutes(15), RetryPolicy.DEFAULT);
        return new Rules() {
            @Override
            public Decision on(OrderState state, Input input, Situation situation, Instant now) {
                return lifecycle.on(OrderPurpose.LIVE, state, input, situation, now);
            }

            @Override
            public boolean allowsSecondCertificate(boolean left) {
                return left;
            }
        };
    }
}
