package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.net.URI;
import java.net.URL;
import java.security.KeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.toolbox.JSONBuilder;

/**
 * Finds or makes the account of an issuer, so that a crash after any step is mended by the next call: the key is in Vault
 * before the CA hears of it, and newAccount with a known key answers with the known account (RFC 8555 section 7.3.1).
 */
record AccountRegistration(SecretStore store) {
    private static final Logger LOG = Logger.getLogger(AccountRegistration.class);
    private static final String PRIVATE_KEY = "privateKey";
    private static final String LOCATION = "location";
    /** The key that is to be the account's, from before the CA hears of it until it is in use. */
    private static final String NEXT_KEY = "nextPrivateKey";

    private static final String DEACTIVATED = "deactivated";

    /** @param forgotten where the account was that the CA does not know any more */
    SignedAccount account(Issuer issuer, AcmeAccounts.Registration registration, Optional<String> forgotten) {
        SecretPath path = SecretPath.account(issuer.name());
        Optional<Secret> stored = store.read(path);
        requireActive(issuer, stored);
        Optional<String> location = stored.flatMap(secret -> secret.field(LOCATION));
        // Who may not register has to believe what Vault says: the order-service mends it.
        if (location.isPresent() && (registration == AcmeAccounts.Registration.NEVER || !forgotten.equals(location))) {
            return account(issuer, stored.get(), location.get());
        }
        return switch (registration) {
            case NEVER ->
                throw new RetryLater(Problem.of(
                        ErrorCode.CA_UNAVAILABLE,
                        "no account is registered yet at the issuer '" + issuer.name()
                                + "'; the order-service registers it with its first order"));
            case IF_ABSENT -> register(issuer, path, stored.orElseGet(() -> newKey(path)), forgotten);
        };
    }

    /** The registered account as Vault has it now. */
    Optional<SignedAccount> stored(Issuer issuer) {
        Optional<Secret> stored = store.read(SecretPath.account(issuer.name()));
        requireActive(issuer, stored);
        return stored.flatMap(secret -> secret.field(LOCATION).map(location -> account(issuer, secret, location)));
    }

    /**
     * The new key is in Vault before the CA hears of it. Where one is there already, an earlier call died: the CA is asked
     * whether it knows the new key by now.
     */
    SignedAccount rollOver(Issuer issuer) {
        SecretPath path = SecretPath.account(issuer.name());
        Secret secret = registered(issuer, path);
        boolean resumed = secret.field(NEXT_KEY).isPresent();
        if (!resumed) {
            store.replace(path, with(secret, NEXT_KEY, AccountKey.toPem(AccountKey.generate())), secret.version());
            secret = registered(issuer, path);
        }
        String location = secret.require(LOCATION);
        KeyPair next = AccountKey.fromPem(secret.require(NEXT_KEY));
        if (!resumed || !location.equals(existing(issuer, next).orElse(""))) {
            account(issuer, secret, location).changeKey(next);
        }
        Map<String, String> rolled = with(secret, PRIVATE_KEY, secret.require(NEXT_KEY));
        rolled.remove(NEXT_KEY);
        if (store.replace(path, rolled, secret.version()).isEmpty()) {
            LOG.debugf("the new key of the account at the issuer %s was stored by somebody else", issuer.name());
        }
        LOG.infof("the account %s at the issuer %s has a new key", location, issuer.name());
        return new SignedAccount(issuer, next, URI.create(location));
    }

    void deactivate(Issuer issuer) {
        SecretPath path = SecretPath.account(issuer.name());
        Optional<Secret> stored = store.read(path);
        if (stored.flatMap(secret -> secret.field(DEACTIVATED)).isPresent()) {
            return;
        }
        Secret secret = registered(issuer, path);
        account(issuer, secret, secret.require(LOCATION)).deactivate();
        if (store.replace(path, with(secret, DEACTIVATED, "true"), secret.version())
                .isEmpty()) {
            throw notReady(issuer, "its account changed while it was deactivated; try again");
        }
        LOG.warnf("the account %s at the issuer %s is deactivated", secret.require(LOCATION), issuer.name());
    }

    private Secret registered(Issuer issuer, SecretPath path) {
        Optional<Secret> stored = store.read(path);
        requireActive(issuer, stored);
        return stored.filter(secret -> secret.field(LOCATION).isPresent())
                .orElseThrow(() -> notReady(issuer, "it has no account yet; its first order registers one"));
    }

    private static void requireActive(Issuer issuer, Optional<Secret> stored) {
        if (stored.flatMap(secret -> secret.field(DEACTIVATED)).isPresent()) {
            throw notReady(
                    issuer,
                    "its account was deactivated; to register a new one, delete " + SecretPath.account(issuer.name())
                            + " in Vault with its metadata");
        }
    }

    private static Map<String, String> with(Secret secret, String field, String value) {
        Map<String, String> data = new LinkedHashMap<>(secret.data());
        data.put(field, value);
        return data;
    }

    /** The account of a key (RFC 8555 section 7.3.1), where the CA knows one. */
    private static Optional<String> existing(Issuer issuer, KeyPair key) {
        return issuer.call(
                "newAccount",
                issuer.directory(),
                connection -> {
                    var claims = new JSONBuilder().put("onlyReturnExisting", true);
                    var session = issuer.session();
                    connection.sendSignedRequest(session.resourceUrl(Resource.NEW_ACCOUNT), claims, session, key);
                    return Optional.of(connection.getLocation().toString());
                },
                reaction -> {
                    if (reaction instanceof CaErrorReaction.Later later
                            && CaErrorReaction.isUnknownAccount(later.cause())) {
                        return Optional.empty();
                    }
                    return issuer.raise(reaction);
                });
    }

    private Secret newKey(SecretPath path) {
        return store.createOnly(path, Map.of(PRIVATE_KEY, AccountKey.toPem(AccountKey.generate())))
                .secret();
    }

    private SignedAccount register(Issuer issuer, SecretPath path, Secret secret, Optional<String> forgotten) {
        Optional<String> stored = secret.field(LOCATION);
        if (stored.isPresent() && !forgotten.equals(stored)) {
            return account(issuer, secret, stored.get());
        }
        KeyPair key = AccountKey.fromPem(secret.require(PRIVATE_KEY));
        String location = newAccount(issuer, key, externalAccount(issuer));
        if (store.replace(path, with(secret, LOCATION, location), secret.version())
                .isEmpty()) {
            // Another replica was faster; with the same key it got the same account.
            LOG.debugf("the account of the issuer %s was stored by somebody else", issuer.name());
        }
        LOG.infof("registered the account %s at the issuer %s", location, issuer.name());
        return account(issuer, secret, location);
    }

    private static String newAccount(Issuer issuer, KeyPair key, Optional<ExternalAccount> external) {
        var session = issuer.session();
        URL location = issuer.call(
                "newAccount",
                issuer.directory(),
                connection -> {
                    var claims = new JSONBuilder();
                    issuer.settings()
                            .contact()
                            .ifPresent(contact -> claims.array("contact", List.of(contact.toString())));
                    if (agreesToTerms(issuer, session.getMetadata().getTermsOfService())) {
                        claims.put("termsOfServiceAgreed", true);
                    }
                    URL resource = session.resourceUrl(Resource.NEW_ACCOUNT);
                    if (external.isEmpty() && session.getMetadata().isExternalAccountRequired()) {
                        throw notReady(issuer, "the CA binds accounts to its customers; " + howToBind());
                    }
                    external.ifPresent(account ->
                            claims.put("externalAccountBinding", account.binding(key.getPublic(), resource)));
                    connection.sendSignedRequest(resource, claims, session, key);
                    return connection.getLocation();
                },
                reaction -> switch (reaction) {
                    case CaErrorReaction.Refused(CaProblem problem) ->
                        throw notReady(
                                issuer,
                                "the CA does not register our account; look at its contact"
                                        + (external.isPresent() ? " and its external account binding" : ""),
                                problem.text());
                    case CaErrorReaction.Later later -> issuer.raise(later);
                    case CaErrorReaction.Gone gone -> issuer.raise(gone);
                });
        issuer.origin().require(URI.create(location.toString()));
        return location.toString();
    }

    /** Credentials that cannot be used are the operator's to mend: nothing is registered without them by mistake. */
    private Optional<ExternalAccount> externalAccount(Issuer issuer) {
        Optional<String> path = issuer.settings().eabPath();
        if (path.isEmpty()) {
            if (issuer.settings()
                    .preset()
                    .flatMap(CaPreset::named)
                    .filter(CaPreset::externalAccountRequired)
                    .isPresent()) {
                throw notReady(issuer, "the CA binds accounts to its customers; " + howToBind());
            }
            return Optional.empty();
        }
        Secret secret = store.read(new SecretPath(path.get()))
                .orElseThrow(() -> notReady(
                        issuer,
                        "there is no external account binding at '" + path.get() + "' in Vault; write it there"));
        try {
            return Optional.of(ExternalAccount.of(secret));
        } catch (IllegalArgumentException e) {
            throw notReady(
                    issuer,
                    "the external account binding at '" + path.get() + "' in Vault cannot be used: " + e.getMessage());
        }
    }

    /** Reads it, and tells nothing of it. */
    Inspection.Binding binding(Issuer issuer) {
        Optional<String> path = issuer.settings().eabPath();
        boolean expected = issuer.settings()
                .preset()
                .flatMap(CaPreset::named)
                .filter(CaPreset::externalAccountRequired)
                .isPresent();
        if (path.isEmpty()) {
            return new Inspection.Binding(expected, path, Optional.empty());
        }
        try {
            externalAccount(issuer);
            return new Inspection.Binding(expected, path, Optional.empty());
        } catch (RetryLater e) {
            return new Inspection.Binding(
                    expected, path, Optional.of(e.problem().detail()));
        }
    }

    private static String howToBind() {
        return "write the key identifier and the key that it gave you to Vault (fields kid and hmacKey) and set the issuer's"
                + " eabPath to where they are";
    }

    private static RetryLater notReady(Issuer issuer, String what, String... evidence) {
        return new RetryLater(Problem.of(
                ErrorCode.ISSUER_NOT_READY,
                "the issuer '" + issuer.name() + "' cannot be used yet: " + what,
                evidence.length == 0 ? null : evidence[0]));
    }

    private static boolean agreesToTerms(Issuer issuer, Optional<URI> terms) {
        if (terms.isPresent() && !issuer.settings().termsOfServiceAgreed()) {
            throw notReady(
                    issuer,
                    "the CA has terms of service: read " + terms.get()
                            + " and, if you agree, set the issuer's termsOfServiceAgreed to true");
        }
        return issuer.settings().termsOfServiceAgreed();
    }

    private static SignedAccount account(Issuer issuer, Secret secret, String location) {
        return new SignedAccount(issuer, AccountKey.fromPem(secret.require(PRIVATE_KEY)), URI.create(location));
    }
}
