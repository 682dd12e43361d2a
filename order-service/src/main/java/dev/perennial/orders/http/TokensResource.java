package dev.perennial.orders.http;

import dev.perennial.api.CreatedToken;
import dev.perennial.api.GrantDetail;
import dev.perennial.api.TokenDetail;
import dev.perennial.api.TokenRequest;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.approvals.TokenApprovals;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Service tokens. */
@Path("tokens")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class TokensResource {
    private static final int MAX_GRANTS = 16;
    private static final Duration MAX_LIFETIME = Duration.ofDays(400);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    private final CurrentCaller caller;
    private final ServiceTokens tokens;
    private final TokenApprovals creations;
    private final Clock clock;

    @Inject
    TokensResource(CurrentCaller caller, ServiceTokens tokens, TokenApprovals creations, Clock clock) {
        this.caller = caller;
        this.tokens = tokens;
        this.creations = creations;
        this.clock = clock;
    }

    @Permission(value = Action.TOKEN_CHANGE, byMethod = true)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create a service token",
            description = "The response has its text, which cannot be read again. The bootstrap token creates the first"
                    + " tokens. With four eyes, a token with a role that may decide about requests or change the"
                    + " installation waits for another admin: it is refused before the approval, and revoked if it"
                    + " gets none")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = TokenRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = CreatedToken.class)))
    @APIResponse(
            responseCode = "202",
            description = "Created, and waits for the approval that the field approval and the header Location name",
            content = @Content(schema = @Schema(implementation = CreatedToken.class)))
    @APIResponse(responseCode = "409", description = "Another token that is not revoked has this name")
    public Response create(InputStream body) {
        Supplier<TokenRequest> request = RequestBody.deferred(body, TokenRequest.class);
        return switch (creations.create(caller.get(), () -> requested(request.get()))) {
            case TokenApprovals.Created.Token created -> response(created);
            case TokenApprovals.Created.NameTaken taken ->
                throw new ProblemException(
                        409,
                        ErrorCode.INVALID_FIELD,
                        "field 'name': another token that is not revoked has this name; revoke it first, or use another"
                                + " name");
            case TokenApprovals.Created.Denied denied -> throw new ProblemException(403, List.of(denied.problem()));
            case TokenApprovals.Created.Refused refused -> throw new ProblemException(409, List.of(refused.problem()));
        };
    }

    private Response response(TokenApprovals.Created.Token created) {
        Response.ResponseBuilder response = Response.status(created.waits().isPresent() ? 202 : 201)
                .header("Cache-Control", "no-store")
                .entity(new CreatedToken(
                        created.text(),
                        AccessMapping.token(created.token(), clock.instant()),
                        created.waits().map(ApprovalMapping::waiting)));
        created.waits().ifPresent(approval -> response.location(ApprovalMapping.location(approval)));
        return response.build();
    }

    @Permission(Action.TOKEN_READ)
    @GET
    @Operation(summary = "List the service tokens without their secrets, the newest first, at most a thousand")
    public List<TokenDetail> list() {
        Instant now = clock.instant();
        return tokens.all().stream()
                .map(token -> AccessMapping.token(token, now))
                .toList();
    }

    @Permission(Action.TOKEN_CHANGE)
    @DELETE
    @Path("{token}")
    @Operation(summary = "Revoke a service token; the next request with it is refused")
    @APIResponse(responseCode = "204", description = "Revoked")
    public void revoke(@PathParam("token") String id) {
        if (!ID.matcher(id).matches() || !tokens.revoke(caller.get().principal(), id)) {
            throw new ProblemException(404, ErrorCode.NOT_FOUND, "there is no token with this id");
        }
    }

    private ServiceTokens.NewToken requested(TokenRequest request) {
        return new ServiceTokens.NewToken(name(request), grants(request), expiresAt(request));
    }

    private static String name(TokenRequest request) {
        if (!ResourceName.isValid(request.name())) {
            throw invalid("field 'name': must match " + ResourceName.REGEX);
        }
        return request.name();
    }

    private static List<Grant> grants(TokenRequest request) {
        List<GrantDetail> grants = request.grants();
        if (grants.isEmpty() || grants.size() > MAX_GRANTS) {
            throw invalid("field 'grants': 1 to " + MAX_GRANTS + " are required");
        }
        try {
            return grants.stream().map(AccessMapping::grant).toList();
        } catch (IllegalArgumentException e) {
            throw invalid("field 'grants': " + e.getMessage());
        }
    }

    private Instant expiresAt(TokenRequest request) {
        Instant now = clock.instant();
        if (request.expiresAt() == null
                || !request.expiresAt().isAfter(now)
                || request.expiresAt().isAfter(now.plus(MAX_LIFETIME))) {
            throw invalid("field 'expiresAt': a time in the next " + MAX_LIFETIME.toDays() + " days is required");
        }
        return request.expiresAt();
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(422, ErrorCode.INVALID_FIELD, what);
    }
}
