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
 * Finds or registers the account of an issuer. The next call recovers from a crash after any step: the key is in Vault
 * before it is sent to the CA, and newAccount with a known key returns the existing account (RFC 8555 section 7.3.1).
 */
record AccountRegistration(SecretStore store) {
    private static final Logger LOG = Logger.getLogger(AccountRegistration.class);
    private static final String PRIVATE_KEY = "privateKey";
    private static final String LOCATION = "location";
    /** The next key of the account, from before it is sent to the CA until the CA has accepted it. */
    private static final String NEXT_KEY = "nextPrivateKey";

    private static final String DEACTIVATED = "deactivated";

    /** @param unknownLocation URL of an account that the CA no longer has */
    SignedAccount account(Issuer issuer, AcmeAccounts.Registration registration, Optional<String> unknownLocation) {
        SecretPath path = SecretPath.account(issuer.name());
        Optional<Secret> stored = store.read(path);
        requireActive(issuer, stored);
        Optional<String> location = stored.flatMap(secret -> secret.field(LOCATION));
        // A service that may not register uses the URL in Vault: the order-service replaces it.
        if (location.isPresent()
                && (registration == AcmeAccounts.Registration.NEVER || !unknownLocation.equals(location))) {
            return account(issuer, stored.get(), location.get());
        }
        return switch (registration) {
            case NEVER ->
                throw new RetryLater(Problem.of(
                        ErrorCode.CA_UNAVAILABLE,
                        "there is no account at the issuer '" + issuer.name()
                                + "' yet; the order-service registers one before its first order"));
            case IF_ABSENT -> register(issuer, path, stored.orElseGet(() -> newKey(path)), unknownLocation);
        };
    }

    /** The registered account, read from Vault. */
    Optional<SignedAccount> stored(Issuer issuer) {
        Optional<Secret> stored = store.read(SecretPath.account(issuer.name()));
        requireActive(issuer, stored);
        return stored.flatMap(secret -> secret.field(LOCATION).map(location -> account(issuer, secret, location)));
    }

    /**
     * Stores the new key in Vault before sending it to the CA. A new key that is already stored means that an earlier
     * call was interrupted; a request to the CA then shows whether it has accepted that key.
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
            LOG.debugf("another replica stored the new account key of the issuer %s", issuer.name());
        }
        LOG.infof("changed the key of the account %s at the issuer %s", location, issuer.name());
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
            throw notReady(issuer, "its account changed during deactivation; try again");
        }
        LOG.warnf("deactivated the account %s at the issuer %s", secret.require(LOCATION), issuer.name());
    }

    private Secret registered(Issuer issuer, SecretPath path) {
        Optional<Secret> stored = store.read(path);
        requireActive(issuer, stored);
        return stored.filter(secret -> secret.field(LOCATION).isPresent())
                .orElseThrow(() -> notReady(issuer, "it has no account yet; the first order registers one"));
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

    /** The account URL of a key (RFC 8555 section 7.3.1); empty if the CA has no account for it. */
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
                failure -> {
                    if (failure instanceof AcmeFailure.Retryable retryable
                            && AcmeFailure.isUnknownAccount(retryable.cause())) {
                        return Optional.empty();
                    }
                    return issuer.raise(failure);
                });
    }

    private Secret newKey(SecretPath path) {
        return store.createOnly(path, Map.of(PRIVATE_KEY, AccountKey.toPem(AccountKey.generate())))
                .secret();
    }

    private SignedAccount register(Issuer issuer, SecretPath path, Secret secret, Optional<String> unknownLocation) {
        Optional<String> stored = secret.field(LOCATION);
        if (stored.isPresent() && !unknownLocation.equals(stored)) {
            return account(issuer, secret, stored.get());
        }
        KeyPair key = AccountKey.fromPem(secret.require(PRIVATE_KEY));
        String location = newAccount(issuer, key, externalAccount(issuer));
        if (store.replace(path, with(secret, LOCATION, location), secret.version())
                .isEmpty()) {
            // Another replica registered first; with the same key it received the same account.
            LOG.debugf("another replica stored the account of the issuer %s", issuer.name());
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
                        throw notReady(issuer, "the CA requires an external account binding; " + howToBind());
                    }
                    external.ifPresent(account ->
                            claims.put("externalAccountBinding", account.binding(key.getPublic(), resource)));
                    connection.sendSignedRequest(resource, claims, session, key);
                    ResponseLimits.url(URI.create(connection.getLocation().toString()), "Location");
                    return connection.getLocation();
                },
                failure -> switch (failure) {
                    case AcmeFailure.Refused(CaProblem problem) ->
                        throw notReady(
                                issuer,
                                "the CA refused to register the account; check the contact"
                                        + (external.isPresent() ? " and the external account binding" : ""),
                                problem.text());
                    case AcmeFailure.Retryable retryable -> issuer.raise(retryable);
                    case AcmeFailure.NotFound notFound -> issuer.raise(notFound);
                });
        issuer.origin().require(URI.create(location.toString()));
        return location.toString();
    }

    /** Throws if the credentials are unusable, so that no account is registered without a binding by mistake. */
    private Optional<ExternalAccount> externalAccount(Issuer issuer) {
        Optional<String> path = issuer.settings().eabPath();
        if (path.isEmpty()) {
            if (issuer.settings()
                    .preset()
                    .flatMap(CaPreset::named)
                    .filter(CaPreset::externalAccountRequired)
                    .isPresent()) {
                throw notReady(issuer, "the CA requires an external account binding; " + howToBind());
            }
            return Optional.empty();
        }
        Secret secret = store.read(new SecretPath(path.get()))
                .orElseThrow(() -> notReady(
                        issuer,
                        "there is no external account binding at '" + path.get()
                                + "' in Vault; write it to that path"));
        try {
            return Optional.of(ExternalAccount.of(secret));
        } catch (IllegalArgumentException e) {
            throw notReady(
                    issuer,
                    "the external account binding at '" + path.get() + "' in Vault is unusable: " + e.getMessage());
        }
    }

    /** Checks the binding without returning any part of it. */
    IssuerInspection.Binding binding(Issuer issuer) {
        Optional<String> path = issuer.settings().eabPath();
        boolean required = issuer.settings()
                .preset()
                .flatMap(CaPreset::named)
                .filter(CaPreset::externalAccountRequired)
                .isPresent();
        if (path.isEmpty()) {
            return new IssuerInspection.Binding(required, path, Optional.empty());
        }
        try {
            externalAccount(issuer);
            return new IssuerInspection.Binding(required, path, Optional.empty());
        } catch (RetryLater e) {
            return new IssuerInspection.Binding(
                    required, path, Optional.of(e.problem().detail()));
        }
    }

    private static String howToBind() {
        return "write the key identifier and the MAC key from the CA to Vault (fields kid and hmacKey), and set the"
                + " issuer's eabPath to their path";
    }

    private static RetryLater notReady(Issuer issuer, String cause, String... evidence) {
        return new RetryLater(Problem.of(
                ErrorCode.ISSUER_NOT_READY,
                "the issuer '" + issuer.name() + "' is not ready: " + cause,
                evidence.length == 0 ? null : evidence[0]));
    }

    private static boolean agreesToTerms(Issuer issuer, Optional<URI> terms) {
        if (terms.isPresent() && !issuer.settings().termsOfServiceAgreed()) {
            throw notReady(
                    issuer,
                    "the CA requires agreement to its terms of service: read "
                            + ResponseLimits.detail(terms.get().toString())
                            + " and, if you agree, set the issuer's termsOfServiceAgreed to true");
        }
        return issuer.settings().termsOfServiceAgreed();
    }

    private static SignedAccount account(Issuer issuer, Secret secret, String location) {
        return new SignedAccount(issuer, AccountKey.fromPem(secret.require(PRIVATE_KEY)), URI.create(location));
    }
}
