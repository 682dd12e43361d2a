package dev.perennial.acme;

import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationReason;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * An account that recovers from a changed key and from a CA that lost its accounts. After a refusal, another replica
 * may have changed the key: if Vault has another key, the request is signed with it and sent again. After
 * {@code accountDoesNotExist} the cached account is discarded: a service that may register does so with the same key
 * and repeats the request; other services retry later and then read the new account URL from Vault.
 */
record RecoveringAccount(Source source, Registration registration) implements AcmeAccount {
    private static final Logger LOG = Logger.getLogger(RecoveringAccount.class);

    /** Caches the account between calls. */
    interface Source {
        SignedAccount account(Registration registration);

        /** The account in Vault, if its key differs from that of the refused account. */
        Optional<SignedAccount> successor(SignedAccount refused);

        /** Discards an account that the CA does not have; a newer cached account stays. */
        void discard(SignedAccount unknown);
    }

    private <T> T call(Function<AcmeAccount, T> request) {
        SignedAccount account = source.account(registration);
        try {
            T answer = request.apply(account);
            return isRefusal(answer) ? source.successor(account).map(request).orElse(answer) : answer;
        } catch (RetryLater e) {
            if (e.problem().code() == ErrorCode.CA_MISBEHAVED) {
                return source.successor(account)
                        .map(next -> repeat(next, request, e))
                        .orElseThrow(() -> e);
            }
            if (!AcmeFailure.isUnknownAccount(e)) {
                throw e;
            }
            source.discard(account);
            LOG.warnf("the CA has no account %s any more", account.location());
            return switch (registration) {
                case IF_ABSENT -> request.apply(source.account(registration));
                case NEVER -> throw e;
            };
        }
    }

    /** The second failure keeps the first one: {@link RequestNotSent} must be true for both. */
    private static <T> T repeat(SignedAccount account, Function<AcmeAccount, T> request, RetryLater first) {
        try {
            return request.apply(account);
        } catch (RetryLater second) {
            second.addSuppressed(first);
            throw second;
        }
    }

    private static boolean isRefusal(Object answer) {
        return answer instanceof NewOrderResult.Refused
                || answer instanceof OrderProgress.Refused
                || answer instanceof RevokeResult.Refused;
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        return call(account -> account.place(identifiers, replaces));
    }

    @Override
    public Authorization authorization(URI url) {
        return call(account -> account.authorization(url));
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        call(account -> {
            account.respond(challenge);
            return challenge;
        });
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return call(account -> account.progress(order));
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration initialDelay, Duration timeout) {
        return call(account -> account.await(order, initialDelay, timeout));
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        return call(account -> account.finalizeOrder(order, identifiers, certificateKey));
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        return call(account -> account.download(certificateUrl));
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        return call(account -> account.revoke(certificate, reason));
    }

    /** The certificate key signs, so the account needs no recovery. */
    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        return source.account(registration).revoke(certificate, reason, certificateKey);
    }
}
