package dev.perennial.issuance.revocation;

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
import java.net.URI;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A CA that supports only revocation. */
final class FakeRevocationCa implements AcmeAccounts, AcmeAccount {
    static final String ISSUER = "test-ca";

    /** Serials of all successful revocation requests, including repeated ones. */
    final List<String> revoked = new ArrayList<>();

    final List<RevocationReason> reasons = new ArrayList<>();

    /** Public keys of the requests that were signed with the certificate's key. */
    final List<PublicKey> signers = new ArrayList<>();

    boolean refusesTheAccount;
    boolean refusesTheKey;
    boolean unavailable;
    /** Runs directly after a revocation. */
    Runnable afterwards = () -> {};

    @Override
    public AcmeAccount of(String issuer, Registration registration) {
        if (registration != Registration.NEVER || !issuer.equals(ISSUER)) {
            throw new AssertionError("only the order-service registers accounts");
        }
        return this;
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        return refusesTheAccount ? refused() : revoked(certificate, reason);
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        signers.add(certificateKey.getPublic());
        return refusesTheKey ? refused() : revoked(certificate, reason);
    }

    private RevokeResult revoked(X509Certificate certificate, RevocationReason reason) {
        if (unavailable) {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA of this test is unavailable"));
        }
        revoked.add(certificate.getSerialNumber().toString(16));
        reasons.add(reason);
        afterwards.run();
        return new RevokeResult.Revoked();
    }

    private static RevokeResult refused() {
        return new RevokeResult.Refused(Problem.of(ErrorCode.CA_REFUSED, "refused by this test", "unauthorized: no"));
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        throw only();
    }

    @Override
    public Authorization authorization(URI url) {
        throw only();
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        throw only();
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        throw only();
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration first, Duration limit) {
        throw only();
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        throw only();
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        throw only();
    }

    private static AssertionError only() {
        return new AssertionError("a revocation sends no other request");
    }
}
