package dev.perennial.orders.access;

import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Creates, checks, lists and revokes service tokens. */
@Singleton
public class ServiceTokens {
    /** The principal of the bootstrap token. It has no grants: it can only create tokens while no admin has one. */
    public static final Principal BOOTSTRAP = new Principal("bootstrap", List.of());

    private static final Logger LOG = Logger.getLogger(ServiceTokens.class);
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

    private final Database database;
    private final AccessControl access;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    @Inject
    public ServiceTokens(Database database, AccessControl access, Clock clock) {
        this.database = database;
        this.access = access;
        this.clock = clock;
    }

    /** The result of a creation. */
    public sealed interface Created {
        /** @param text shown once; it cannot be read again */
        record Token(ServiceToken token, String text) implements Created {
            /** Without the secret. */
            @Override
            public String toString() {
                return "Token[" + token.id() + "]";
            }
        }

        /** Another token that is not revoked has this name. */
        record NameTaken() implements Created {}

        record Denied(Problem problem) implements Created {}
    }

    /** Whether a text has the form of a service token, so that it must not be sent to an identity provider. */
    public static boolean isServiceToken(String text) {
        return text.startsWith(TokenText.PREFIX);
    }

    /**
     * The principal of a token that is neither revoked nor expired.
     *
     * @throws dev.perennial.events.RetryLater if the database is unavailable
     */
    public Optional<Principal> authenticate(String text) {
        return TokenText.parse(text)
                .flatMap(token -> database.inTransaction(tx -> {
                    Instant now = clock.instant();
                    ServiceTokenTable table = new ServiceTokenTable(tx);
                    Optional<ServiceToken> found = table.find(token.id())
                            .filter(stored -> token.hasDigest(stored.digest()))
                            .map(ServiceTokenTable.Stored::token)
                            .filter(stored -> stored.isUsable(now));
                    found.filter(stored -> stored.lastUsedAt()
                                    .filter(used -> used.plus(USE_RESOLUTION).isAfter(now))
                                    .isEmpty())
                            .ifPresent(stored -> table.used(stored.id(), now));
                    return found.map(ServiceToken::principal);
                }));
    }

    /** A token to create. */
    public record NewToken(String name, List<Grant> grants, Instant expiresAt) {
        /** For the record of the decision. */
        private String description() {
            return "create " + name + ": "
                    + grants.stream().map(Grant::toString).collect(Collectors.joining("; "));
        }
    }

    /**
     * Creates a token.
     *
     * @param request reads what is requested, without waiting, or throws. It is called after the decision: a denial comes
     *     before any error in the request, and records what was requested if that can be read
     */
    public Created create(Caller creator, Supplier<NewToken> request) {
        return database.inTransaction(tx -> {
            Instant now = clock.instant();
            ServiceTokenTable table = new ServiceTokenTable(tx);
            AccessDecision decision = creator.principal().equals(BOOTSTRAP)
                    ? bootstrapDecision(table, now)
                    : AccessRules.authorize(creator.principal(), Action.TOKEN_CHANGE, Resource.INSTALLATION);
            Optional<NewToken> requested = decision.isAllowed() ? Optional.of(request.get()) : ifReadable(request);
            Optional<Problem> denial = access.recorded(
                    tx,
                    creator,
                    Action.TOKEN_CHANGE,
                    Resource.INSTALLATION,
                    Optional.of(requested.map(NewToken::description).orElse("create")),
                    decision);
            return denial.<Created>map(Created.Denied::new)
                    .orElseGet(() -> create(table, creator, requested.orElseThrow(), now));
        });
    }

    private static Optional<NewToken> ifReadable(Supplier<NewToken> request) {
        try {
            return Optional.of(request.get());
        } catch (RuntimeException e) {
            LOG.debugf("the request for a token, which is denied, cannot be read: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private Created create(ServiceTokenTable table, Caller creator, NewToken requested, Instant now) {
        table.revokeExpired(requested.name(), creator.principal().id(), now);
        TokenText text = TokenText.random(random);
        ServiceToken token = new ServiceToken(
                text.id(),
                requested.name(),
                requested.grants(),
                creator.principal().id(),
                now,
                requested.expiresAt(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return table.add(token, text.digest()) ? new Created.Token(token, text.text()) : new Created.NameTaken();
    }

    /** If the last token of an admin expires, the bootstrap token can be used again. */
    private static AccessDecision bootstrapDecision(ServiceTokenTable table, Instant now) {
        table.lock();
        boolean admin = table.usable(now).stream()
                .map(ServiceToken::principal)
                .anyMatch(principal -> AccessRules.authorize(principal, Action.TOKEN_CHANGE, Resource.INSTALLATION)
                        .isAllowed());
        return admin
                ? new AccessDecision.Denied(
                        "the bootstrap token creates the first tokens only",
                        "the bootstrap token can be used only while no token of an admin exists; use the token of an"
                                + " admin")
                : new AccessDecision.Allowed("bootstrap token, and no token of an admin exists");
    }

    /** The principal of the token with this name, if it is neither revoked nor expired. */
    public Optional<Principal> principal(Handle tx, String name) {
        return new ServiceTokenTable(tx)
                .named(name)
                .filter(token -> token.isUsable(clock.instant()))
                .map(ServiceToken::principal);
    }

    /** Whether a principal is that of a service token. */
    public static boolean isPrincipal(String principal) {
        return principal.startsWith(ServiceToken.PRINCIPAL);
    }

    /** The id of the token of a principal; empty if it is not the principal of a usable service token. */
    public Optional<String> idOf(Handle tx, Principal principal) {
        return isPrincipal(principal.id())
                ? new ServiceTokenTable(tx)
                        .named(principal.id().substring(ServiceToken.PRINCIPAL.length()))
                        .filter(token -> token.isUsable(clock.instant()))
                        .map(ServiceToken::id)
                : Optional.empty();
    }

    /** The principal of the token with this id, with its grants, if it is neither revoked nor expired. */
    public Optional<Principal> principalOf(Handle tx, String id) {
        return new ServiceTokenTable(tx)
                .find(id)
                .map(ServiceTokenTable.Stored::token)
                .filter(token -> token.isUsable(clock.instant()))
                .map(ServiceToken::principal);
    }

    /** Whether one of two principals created the other one, directly or through further tokens, at any time. */
    public boolean related(Handle tx, String one, String other) {
        ServiceTokenTable table = new ServiceTokenTable(tx);
        return table.created(one, other) || table.created(other, one);
    }

    /** All tokens, the newest first. */
    public List<ServiceToken> all() {
        return database.inTransaction(tx -> new ServiceTokenTable(tx).all());
    }

    /** @return whether the token exists */
    public boolean revoke(Principal by, String id) {
        return database.inTransaction(tx -> new ServiceTokenTable(tx).revoke(id, by.id(), clock.instant()));
    }
}
