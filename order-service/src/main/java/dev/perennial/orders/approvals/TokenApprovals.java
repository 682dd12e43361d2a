package dev.perennial.orders.approvals;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceToken;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.access.ServiceTokens.NewToken;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.orders.submission.PendingApproval;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Resource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The creation of service tokens: with four eyes, one that could be a second person counts after an approval. It exists
 * before, because its secret is stored nowhere.
 */
@Singleton
public class TokenApprovals implements ApprovedAction {
    private final Database database;
    private final ServiceTokens tokens;
    private final ApprovalRequests requests;
    private final FourEyes fourEyes;
    private final AccessControl access;

    @Inject
    public TokenApprovals(
            Database database,
            ServiceTokens tokens,
            ApprovalRequests requests,
            FourEyes fourEyes,
            AccessControl access) {
        this.database = database;
        this.tokens = tokens;
        this.requests = requests;
        this.fourEyes = fourEyes;
        this.access = access;
    }

    /**
     * A token that waits.
     *
     * @param token its id
     */
    record TokenCreation(String token, String name, List<Grant> grants, Instant expiresAt) {
        TokenCreation {
            grants = List.copyOf(grants);
        }

        static TokenCreation of(ServiceToken token) {
            return new TokenCreation(token.id(), token.name(), token.grants(), token.expiresAt());
        }
    }

    /** The result of a creation. */
    public sealed interface Created {
        /**
         * @param text shown once; it cannot be read again
         * @param waits empty if the token is usable at once
         */
        record Token(ServiceToken token, String text, Optional<PendingApproval> waits) implements Created {
            /** Without the secret. */
            @Override
            public String toString() {
                return "Token[" + token.id() + "]";
            }
        }

        /** Another token that is not revoked has this name. */
        record NameTaken() implements Created {}

        record Denied(Problem problem) implements Created {}

        /** It cannot wait. */
        record Refused(Problem problem) implements Created {}
    }

    /** As {@link ServiceTokens#create}. */
    public Created create(Caller creator, Supplier<NewToken> request) {
        return database.inTransaction(tx -> switch (tokens.create(tx, creator, request, fourEyes.isRequired())) {
            case ServiceTokens.Created.Token created
            when created.token().activatedAt().isPresent() ->
                new Created.Token(created.token(), created.text(), Optional.empty());
            case ServiceTokens.Created.Token created -> requested(tx, creator, created);
            case ServiceTokens.Created.NameTaken taken -> new Created.NameTaken();
            case ServiceTokens.Created.Denied denied -> new Created.Denied(denied.problem());
        });
    }

    private Created requested(Handle tx, Caller creator, ServiceTokens.Created.Token created) {
        ServiceToken token = created.token();
        return switch (requests.request(
                tx,
                creator,
                action(),
                Resource.INSTALLATION,
                TokenCreation.of(token),
                fourEyes.ofChange().orElseThrow(),
                Optional.empty())) {
            case ApprovalRequests.Requested.Waiting waiting -> {
                PendingApproval approval = waiting.approval().pending();
                tokens.waitFor(tx, token.id(), approval.id());
                yield new Created.Token(token.waitingFor(approval.id()), created.text(), Optional.of(approval));
            }
            case ApprovalRequests.Requested.Refused refused -> {
                tokens.delete(tx, token.id());
                yield new Created.Refused(refused.problem());
            }
        };
    }

    @Override
    public Action action() {
        return Action.TOKEN_CHANGE;
    }

    @Override
    public Result execute(Handle tx, StoredApproval approval, Caller requester, GivenApproval given, Instant now) {
        TokenCreation creation = approval.request(TokenCreation.class);
        Optional<Problem> denial = access.denial(
                tx, requester, action(), Resource.INSTALLATION, Optional.of("activate " + creation.token()));
        if (denial.isPresent()) {
            return new Result.Refused(List.of(denial.get()));
        }
        return tokens.activate(tx, creation.token(), approval.id(), creation.grants(), now)
                ? new Result.Done(Json.write(Map.of("token", creation.token(), "name", creation.name())))
                : new Result.Refused(List.of(Problem.of(
                        ErrorCode.APPROVAL_CONFLICT,
                        "token " + creation.token() + " was revoked, or has expired; reject the request")));
    }
}
