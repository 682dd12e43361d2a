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
import dev.perennial.issuance.checks.TestCa;
import java.net.URI;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One CA with one order, that makes real certificates and finalizes once, as RFC 8555 section 7.4 demands. */
final class FakeIssuanceCa implements AcmeAccounts, AcmeAccount {
    static final String ISSUER = "test-ca";
    static final AcmeOrder ORDER = new AcmeOrder(
            URI.create("https://ca.example/order/1"),
            URI.create("https://ca.example/order/1/finalize"),
            List.of(),
            Optional.empty());
    private static final URI CERTIFICATE = URI.create("https://ca.example/cert/1");

    final TestCa ca = new TestCa(Clock.systemUTC().instant());
    private final CrashPoints interruptions;
    private final List<PublicKey> accepted = new ArrayList<>();
    OrderProgress progress = new OrderProgress.Ready();

    /** What finalize answers instead of issuing. */
    Optional<OrderProgress> answer = Optional.empty();

    /** Some CAs send it. */
    boolean rootInChain;

    /** How many calls find the CA away. */
    int away;

    private List<X509Certificate> issued = List.of();

    FakeIssuanceCa(CrashPoints interruptions) {
        this.interruptions = interruptions;
    }

    /** Public keys of the finalize requests the CA accepted. */
    List<PublicKey> accepted() {
        return List.copyOf(accepted);
    }

    /** What {@link #download} will hand out, whatever was asked. */
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
            throw new AssertionError("registering is the order-service's");
        }
        if (!issuer.equals(ISSUER)) {
            throw new RetryLater(Problem.of(ErrorCode.ISSUER_NOT_READY, "the issuer '" + issuer + "' is not known"));
        }
        return this;
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        throw new AssertionError("placing is the order-service's");
    }

    @Override
    public Authorization authorization(URI url) {
        throw new AssertionError("proving is the validation-service's");
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        throw new AssertionError("proving is the validation-service's");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        throw new AssertionError("an issuance never revokes");
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        throw new AssertionError("an issuance never revokes");
    }

    private <T> T call(String what, java.util.function.Supplier<T> work) {
        return interruptions.around(what, () -> oneAtATime(work));
    }

    private synchronized <T> T oneAtATime(java.util.function.Supplier<T> work) {
        if (away > 0) {
            away--;
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA of this test is away"));
        }
        return work.get();
    }
}
