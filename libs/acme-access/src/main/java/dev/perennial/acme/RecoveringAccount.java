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
 * An account that outlives the CA's memory of it, and its own key. Where the CA refuses a request, a replica may have changed
 * the key meanwhile: Vault is asked, and where it has another one the request is signed anew. Where the CA says {@code
 * accountDoesNotExist}, the account is forgotten here too; who may register does so, with the same key, and asks once more;
 * everybody else is told to come back, and finds the new location in Vault then.
 */
record RecoveringAccount(Source source, Registration registration) implements AcmeAccount {
    private static final Logger LOG = Logger.getLogger(RecoveringAccount.class);

    /** Where the account is kept between calls. */
    interface Source {
        SignedAccount account(Registration registration);

        /** What Vault has by now, where its key is another one than that of the refused account. */
        Optional<SignedAccount> successor(SignedAccount refused);

        /** The CA does not know it; what is there instead by now stays. */
        void forget(SignedAccount unknown);
    }

    private <T> T ask(Function<AcmeAccount, T> question) {
        SignedAccount account = source.account(registration);
        try {
            T answer = question.apply(account);
            return isRefusal(answer) ? source.successor(account).map(question).orElse(answer) : answer;
        } catch (RetryLater e) {
            if (e.problem().code() == ErrorCode.CA_MISBEHAVED) {
                return source.successor(account).map(question).orElseThrow(() -> e);
            }
            if (!CaErrorReaction.isUnknownAccount(e)) {
                throw e;
            }
            source.forget(account);
            LOG.warnf("the CA does not know the account %s any more", account.location());
            return switch (registration) {
                case IF_ABSENT -> question.apply(source.account(registration));
                case NEVER -> throw e;
            };
        }
    }

    private static boolean isRefusal(Object answer) {
        return answer instanceof NewOrderResult.Refused
                || answer instanceof OrderProgress.Refused
                || answer instanceof RevokeResult.Refused;
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        return ask(account -> account.place(identifiers, replaces));
    }

    @Override
    public Authorization authorization(URI url) {
        return ask(account -> account.authorization(url));
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        ask(account -> {
            account.respond(challenge);
            return challenge;
        });
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return ask(account -> account.progress(order));
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration first, Duration limit) {
        return ask(account -> account.await(order, first, limit));
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        return ask(account -> account.finalizeOrder(order, identifiers, certificateKey));
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        return ask(account -> account.download(certificateUrl));
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        return ask(account -> account.revoke(certificate, reason));
    }

    /** The account does not sign: there is nothing of it to heal. */
    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        return source.account(registration).revoke(certificate, reason, certificateKey);
    }
}
