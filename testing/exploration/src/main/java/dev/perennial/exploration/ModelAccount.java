package dev.perennial.exploration;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.acme.OrderProgress;
import dev.perennial.acme.RevokeResult;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationReason;
import dev.perennial.exploration.ExploredCa.CaOrder;
import dev.perennial.exploration.ExploredCa.Status;
import java.net.ConnectException;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The account of the fleet at a {@link ExploredCa}, for the calls of one step. */
final class ModelAccount implements AcmeAccount {
    private final SystemState system;
    private final ExploredCa ca;
    private final Choices choices;

    ModelAccount(SystemState system, ExploredCa ca, Choices choices) {
        this.system = system;
        this.ca = ca;
        this.choices = choices;
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        return call("newOrder", () -> new NewOrderResult.Placed(ca.place(system.now)));
    }

    @Override
    public Authorization authorization(URI url) {
        return call("authorization", () -> {
            Authorization.Status status =
                    switch (status(url)) {
                        case PENDING -> Authorization.Status.PENDING;
                        case READY, PROCESSING, VALID -> Authorization.Status.VALID;
                        case INVALID -> Authorization.Status.INVALID;
                    };
            var challenge = new Authorization.Challenge(
                    Authorization.Challenge.HTTP_01,
                    ca.url("challenge", ExploredCa.number(url)),
                    "token",
                    "token.thumbprint",
                    Optional.empty());
            return new Authorization(url, SystemState.NAME, false, status, List.of(challenge));
        });
    }

    /** The CA validates at once. */
    @Override
    public void respond(Authorization.Challenge challenge) {
        call("challenge", () -> {
            CaOrder order = ca.order(challenge.url());
            if (order.status() == Status.PENDING) {
                boolean passes =
                        choices.of("validation", List.of("passes", "fails")).equals("passes");
                ca.update(order.with(passes ? Status.READY : Status.INVALID));
            }
            return true;
        });
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return call("order", () -> observed(order.url()));
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration initialDelay, Duration timeout) {
        return call("order", () -> {
            CaOrder found = ca.order(order.url());
            if (found.status() == Status.PROCESSING) {
                ca.update(found.with(Status.VALID));
            }
            return observed(order.url());
        });
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        return call("finalize", () -> {
            CaOrder found = ca.order(order.url());
            if (found.status() == Status.READY && !found.isDead(system.now)) {
                system.finalized(ca, found);
                ca.update(new CaOrder(
                        found.number(), Status.PROCESSING, found.expires(), Optional.of(certificateKey.getPublic())));
            }
            return observed(order.url());
        });
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        return call("certificate", () -> {
            CaOrder order = ca.order(certificateUrl);
            return ModelCertificates.chain(ca.name, order.number(), order.key().orElseThrow());
        });
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        throw new UnsupportedOperationException();
    }

    private Status status(URI url) {
        CaOrder order = ca.order(url);
        return order.isDead(system.now) ? Status.INVALID : order.status();
    }

    private OrderProgress observed(URI url) {
        return switch (status(url)) {
            case PENDING -> new OrderProgress.Pending(Optional.empty());
            case READY -> new OrderProgress.Ready();
            case PROCESSING -> new OrderProgress.Processing(Optional.empty());
            case VALID -> new OrderProgress.Valid(ca.url("certificate", ExploredCa.number(url)));
            case INVALID ->
                new OrderProgress.Invalid(Problem.of(ErrorCode.ORDER_EXPIRED, "the CA no longer has the order"));
        };
    }

    private <T> T call(String operation, Supplier<T> effect) {
        return switch (ca.outage) {
            case NONE -> choices.call(operation, effect, ModelAccount::failure);
            case REFUSES_CONNECTIONS -> throw failure(CallOutcome.NOT_SENT);
            case SILENT -> throw failure(CallOutcome.ANSWER_LOST);
        };
    }

    private static RetryLater failure(CallOutcome outcome) {
        Problem problem = Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA is unavailable");
        return outcome == CallOutcome.NOT_SENT
                ? new RetryLater(problem, new ConnectException())
                : new RetryLater(problem);
    }
}
