package dev.perennial.orders.access;

import dev.perennial.events.ApprovalId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.access.TokenRules;
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
    /** The principal of the bootstrap token. It has no grants: it can only create the first tokens. */
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

    /** The result of the check of a token. */
    public sealed interface Authenticated {
        record As(Principal principal) implements Authenticated {}

        /** Known only to the one who has the secret. */
        record Waiting(ServiceToken token) implements Authenticated {}

        /** There is no such token, or it was revoked or has expired. */
        record Unknown() implements Authenticated {}
    }

    /**
     * The principal of a token that is usable.
     *
     * @throws dev.perennial.events.RetryLater if the database is unavailable
     */
    public Authenticated authenticate(String text) {
        return TokenText.parse(text)
                .map(token -> database.inTransaction(tx -> {
                    Instant now = clock.instant();
                    ServiceTokenTable table = new ServiceTokenTable(tx);
                    Optional<ServiceToken> found = table.find(token.id())
                            .filter(stored -> token.hasDigest(stored.digest()))
                            .map(ServiceTokenTable.Stored::token);
                    found.filter(stored -> stored.isUsable(now))
                            .filter(stored -> stored.lastUsedAt()
                                    .filter(used -> used.plus(USE_RESOLUTION).isAfter(now))
                                    .isEmpty())
                            .ifPresent(stored -> table.used(stored.id(), now));
                    return found.map(stored -> authenticated(stored, now));
                }))
                .flatMap(found -> found)
                .orElseGet(Authenticated.Unknown::new);
    }

    private static Authenticated authenticated(ServiceToken token, Instant now) {
        return switch (token.state(now)) {
            case USABLE -> new Authenticated.As(token.principal());
            case WAITING -> new Authenticated.Waiting(token);
            case EXPIRED, REVOKED -> new Authenticated.Unknown();
        };
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
     * Creates a token. With four eyes, one that could be a second person waits, unless the bootstrap token creates it:
     * its approval has to be requested in the same transaction.
     *
     * @param request reads what is requested, without waiting, or throws. It is called after the decision: a denial comes
     *     before any error in the request, and records what was requested if that can be read
     */
    public Created create(Handle tx, Caller creator, Supplier<NewToken> request, boolean fourEyes) {
        Instant now = clock.instant();
        ServiceTokenTable table = new ServiceTokenTable(tx);
        boolean bootstrap = creator.principal().equals(BOOTSTRAP);
        AccessDecision decision = bootstrap
                ? bootstrapDecision(table, fourEyes, now)
                : AccessRules.authorize(creator.principal(), Action.TOKEN_CHANGE, Resource.INSTALLATION);
        Optional<NewToken> requested = decision.isAllowed() ? Optional.of(request.get()) : ifReadable(request);
        Optional<Problem> denial = access.recorded(
                tx,
                creator,
                Action.TOKEN_CHANGE,
                Resource.INSTALLATION,
                Optional.of(requested.map(NewToken::description).orElse("create")),
                decision);
        return denial.<Created>map(Created.Denied::new).orElseGet(() -> {
            NewToken token = requested.orElseThrow();
            boolean waits = fourEyes && !bootstrap && TokenRules.needsSecondPerson(token.grants());
            return create(table, creator, token, waits ? Optional.empty() : Optional.of(now), now);
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

    private Created create(
            ServiceTokenTable table, Caller creator, NewToken requested, Optional<Instant> activatedAt, Instant now) {
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
                activatedAt,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return table.add(token, text.digest()) ? new Created.Token(token, text.text()) : new Created.NameTaken();
    }

    private static AccessDecision bootstrapDecision(ServiceTokenTable table, boolean fourEyes, Instant now) {
        table.lock();
        List<ServiceToken> admins = table.activated(Role.ADMIN).stream()
                .filter(token -> TokenRules.isAdmin(token.principal()))
                .toList();
        int usable = (int) admins.stream().filter(token -> token.isUsable(now)).count();
        return TokenRules.bootstrap(fourEyes, admins.size(), usable);
    }

    /** Lets a token that waits wait for this approval. */
    public void waitFor(Handle tx, String id, ApprovalId approval) {
        new ServiceTokenTable(tx).waitFor(id, approval);
    }

    /** Deletes a token that waits and whose approval could not be requested. */
    public void delete(Handle tx, String id) {
        new ServiceTokenTable(tx).delete(id);
    }

    /**
     * Makes a token usable.
     *
     * @param approved the grants that the approver has seen
     * @return false if it does not wait for this approval with these grants
     */
    public boolean activate(Handle tx, String id, ApprovalId approval, List<Grant> approved, Instant now) {
        ServiceTokenTable table = new ServiceTokenTable(tx);
        Optional<ServiceToken> waiting = table.lock(id)
                .filter(token -> token.state(now) == ServiceToken.State.WAITING)
                .filter(token -> token.approval().filter(approval::equals).isPresent())
                .filter(token -> token.grants().equals(approved));
        waiting.ifPresent(token -> table.activate(id, now));
        return waiting.isPresent();
    }

    /** Revokes the token that waits for this approval, if there is one. */
    public void revokeWaiting(Handle tx, ApprovalId approval, String by, Instant now) {
        new ServiceTokenTable(tx).revokeWaiting(approval, by, now);
    }

    /** The principal of the token with this name, if it is usable. */
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

    /** The principal of the token with this id, with its grants, if it is usable. */
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
