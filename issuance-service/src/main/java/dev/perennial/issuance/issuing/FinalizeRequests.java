package dev.perennial.issuance.issuing;

import dev.perennial.acme.RequestNotSent;
import dev.perennial.events.Finalization;
import dev.perennial.events.Order;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.issuing.OrderKeyStore.Available;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The finalize requests (RFC 8555 section 7.4) of one delivery of an order, across its retries. Only the delivery that
 * wrote the attempt to Vault can state that none was sent, and only while no other delivery has claimed the attempt.
 */
final class FinalizeRequests {
    private Optional<Available> claimed = Optional.empty();
    private boolean first;
    private boolean sent;

    /** After a call that may have named the attempt. */
    void claimed(Available key) {
        if (key.isNew()) {
            claimed = Optional.of(key);
            first = true;
        }
    }

    /** After the attempt of another delivery was claimed; that delivery may have sent a request. */
    void claimedAfterAnother(Available key) {
        claimed = Optional.of(key);
        sent = true;
    }

    /** Whether this delivery has written this version of the secret. */
    boolean owns(Available key) {
        return claimed.filter(own -> own.version() == key.version()).isPresent();
    }

    /** Whether the CA cannot have received a request. */
    boolean isCertainlyUnsent(Available key) {
        return first && !sent && owns(key);
    }

    /** Sends one request. */
    <T> T send(Supplier<T> request) {
        boolean before = sent;
        sent = true;
        try {
            return request.get();
        } catch (RetryLater e) {
            sent = before || !RequestNotSent.isCauseOf(e);
            throw e;
        }
    }

    /** Closes the attempt if no request was sent, so that a new attempt cannot yield a second certificate. */
    Finalization end(Order order, OrderKeyStore keys) {
        if (!first || sent || claimed.isEmpty()) {
            return Finalization.MAYBE;
        }
        try {
            return keys.closeUnsent(order, claimed.get()) ? Finalization.NEVER : Finalization.MAYBE;
        } catch (RetryLater e) {
            return Finalization.MAYBE;
        }
    }
}
