package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
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
import dev.perennial.issuance.checks.TestCaWithIntermediate;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A CA with one order. It issues valid certificates and finalizes once (RFC 8555 section 7.4). */
final class FakeIssuanceCa implements AcmeAccounts, AcmeAccount {
    static final String ISSUER = "test-ca";
    static final AcmeOrder ORDER = new AcmeOrder(
            URI.create("https://ca.example/order/1"),
            URI.create("https://ca.example/order/1/finalize"),
            List.of(),
            Optional.empty());
    private static final URI CERTIFICATE = URI.create("https://ca.example/cert/1");

    final TestCaWithIntermediate ca =
            new TestCaWithIntermediate(Clock.systemUTC().instant());
    private final CallInterruptions interruptions;
    private final List<PublicKey> accepted = new ArrayList<>();
    OrderProgress progress = new OrderProgress.Ready();

    /** The response to finalize, instead of issuing. */
    Optional<OrderProgress> answer = Optional.empty();

    /** Whether the chain includes the root; some CAs send it. */
    boolean rootInChain;

    /** Number of calls that fail because the CA is unavailable. */
    int unavailableCalls;

    /** Whether no connection to the CA can be established. */
    boolean unreachable;

    /** Whether each request times out. */
    boolean silent;

    /** Requests that have timed out. */
    int timeouts;

    /** Whether the CA accepts the next finalize request and is unreachable from then on, before it answers. */
    boolean disappearsAfterFinalize;

    private List<X509Certificate> issued = List.of();

    FakeIssuanceCa(CallInterruptions interruptions) {
        this.interruptions = interruptions;
    }

    /** Public keys of the accepted finalize requests. */
    List<PublicKey> accepted() {
        return List.copyOf(accepted);
    }

    /** Sets the result of {@link #download}, independent of the order. */
    void willIssue(List<X509Certificate> chain) {
        issued = chain;
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return call("progress", () -> progress);
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair key) {
        return call("finalize", () -> {
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!(progress instanceof OrderProgress.Ready)) {
                return progress;
            }
            accepted.add(key.getPublic());
            if (issued.isEmpty()) {
                issued = ca.issue(
                        key.getPublic(),
                        identifiers.stream().map(Identifier::value).toList());
            }
            progress = new OrderProgress.Processing(Optional.empty());
            if (disappearsAfterFinalize) {
                unreachable = true;
                throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "the answer of this CA is lost"));
            }
            return progress;
        });
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration first, Duration limit) {
        return call("await", () -> {
            if (progress instanceof OrderProgress.Processing) {
                progress = new OrderProgress.Valid(CERTIFICATE);
            }
            return progress;
        });
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        return call("download", () -> {
            List<X509Certificate> chain = new ArrayList<>(issued);
            if (rootInChain) {
                chain.add(ca.root());
            }
            return List.copyOf(chain);
        });
    }

    @Override
    public AcmeAccount of(String issuer, Registration registration) {
        if (registration != Registration.NEVER) {
            throw new AssertionError("only the order-service registers accounts");
        }
        if (!issuer.equals(ISSUER)) {
            throw new RetryLater(Problem.of(ErrorCode.ISSUER_NOT_READY, "the issuer '" + issuer + "' is not known"));
        }
        return this;
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        throw new AssertionError("only the order-service places orders");
    }

    @Override
    public Authorization authorization(URI url) {
        throw new AssertionError("only the validation-service handles authorizations");
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        throw new AssertionError("only the validation-service handles authorizations");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        throw new AssertionError("an issuance does not revoke");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        throw new AssertionError("an issuance does not revoke");
    }

    private <T> T call(String action, java.util.function.Supplier<T> work) {
        return interruptions.around(action, () -> oneAtATime(work));
    }

    private synchronized <T> T oneAtATime(java.util.function.Supplier<T> work) {
        if (unreachable) {
            throw new RetryLater(
                    Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA of this test is unreachable"),
                    new IOException(new ConnectException()));
        }
        if (silent) {
            timeouts++;
            throw new RetryLater(
                    Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA of this test does not answer"),
                    new IOException(new HttpTimeoutException("no complete response")));
        }
        if (unavailableCalls > 0) {
            unavailableCalls--;
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA of this test is unavailable"));
        }
        return work.get();
    }
}
