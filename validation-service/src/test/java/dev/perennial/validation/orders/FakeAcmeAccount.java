package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.acme.OrderProgress;
import dev.perennial.acme.RevokeResult;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Identifier;
import dev.perennial.events.RevocationReason;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Returns configured authorizations and order results, and records the challenge responses. */
final class FakeAcmeAccount implements AcmeAccount {
    final Map<URI, Authorization> authorizations = new ConcurrentHashMap<>();
    final Queue<String> answered = new ConcurrentLinkedQueue<>();
    final Deque<Supplier<OrderProgress>> verdicts = new ArrayDeque<>();

    /** Fails the requests of authorizations if set. */
    RuntimeException failure;

    /** The order as a direct request shows it. */
    Supplier<OrderProgress> status = () -> new OrderProgress.Pending(Optional.empty());

    @Override
    public Authorization authorization(URI url) {
        if (failure != null) {
            throw failure;
        }
        return authorizations.get(url);
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        answered.add(challenge.token());
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration first, Duration limit) {
        return verdicts.removeFirst().get();
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        throw new AssertionError("a validation never places an order");
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return status.get();
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        throw new AssertionError("a validation never finalizes");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        throw new AssertionError("a validation never revokes");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        throw new AssertionError("a validation never revokes");
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        throw new AssertionError("a validation never downloads");
    }
}
