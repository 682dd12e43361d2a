package dev.perennial.orders.placement;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.acme.OrderProgress;
import dev.perennial.acme.RevokeResult;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Identifier;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationReason;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** A CA that accepts every order, or behaves as the test configures. Counts the requests. */
final class FakeAccounts implements AcmeAccounts, AcmeAccount {
    private static final AtomicInteger CAS = new AtomicInteger();

    final AtomicInteger placed = new AtomicInteger();
    private final String host = "https://ca-" + CAS.incrementAndGet() + ".test";
    final List<String> replaced = new CopyOnWriteArrayList<>();
    volatile Function<List<Identifier>, NewOrderResult> behaviour = this::accept;
    volatile Supplier<OrderProgress> progress = OrderProgress.Ready::new;
    volatile List<X509Certificate> chain = List.of();
    volatile Optional<RetryLater> downloadFailure = Optional.empty();

    NewOrderResult accept(List<Identifier> identifiers) {
        int number = placed.incrementAndGet();
        return new NewOrderResult.Placed(new AcmeOrder(
                URI.create(host + "/order/" + number),
                URI.create(host + "/finalize/" + number),
                List.of(URI.create(host + "/authz/" + number)),
                Optional.empty()));
    }

    @Override
    public AcmeAccount of(String issuer, Registration registration) {
        return this;
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        replaces.ifPresent(replaced::add);
        return behaviour.apply(identifiers);
    }

    @Override
    public Authorization authorization(URI url) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return progress.get();
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration first, Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        throw new AssertionError("the issuance-service revokes certificates");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        throw new AssertionError("the issuance-service revokes certificates");
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        downloadFailure.ifPresent(failure -> {
            throw failure;
        });
        return chain;
    }
}
