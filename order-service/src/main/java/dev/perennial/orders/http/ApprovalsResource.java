package dev.perennial.orders.http;

import dev.perennial.api.ApprovalDecisionRequest;
import dev.perennial.api.ApprovalDetail;
import dev.perennial.api.ApprovalPage;
import dev.perennial.api.ApprovalStatus;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.approvals.ApprovalTable;
import dev.perennial.orders.approvals.Approvals;
import dev.perennial.orders.approvals.StoredApproval;
import dev.perennial.orders.database.Database;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.ApprovalState;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Requests that wait, or waited, for the decision of a second person. */
@Path("approvals")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class ApprovalsResource {
    private static final int MAX_LIMIT = 500;

    private final CurrentCaller caller;
    private final Database database;
    private final Approvals approvals;

    @Inject
    ApprovalsResource(CurrentCaller caller, Database database, Approvals approvals) {
        this.caller = caller;
        this.database = database;
        this.approvals = approvals;
    }

    @Permission(value = Action.APPROVAL_READ, byMethod = true)
    @GET
    @Operation(
            summary = "List approvals, the newest first",
            description = "Those that a grant covers, without the requests themselves")
    @APIResponse(
            responseCode = "200",
            description = "A page",
            content = @Content(schema = @Schema(implementation = ApprovalPage.class)))
    public ApprovalPage list(
            @Parameter(schema = @Schema(implementation = ApprovalStatus.class)) @QueryParam("state")
                    Optional<String> state,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "500", defaultValue = "50"))
                    @QueryParam("limit")
                    @DefaultValue("50")
                    String limit,
            @Parameter(description = "The field next of the previous page of the same query") @QueryParam("cursor")
                    Optional<String> cursor) {
        Optional<ApprovalState> only = state.map(ApprovalsResource::state);
        Optional<ApprovalId> before = cursor.map(ApprovalsResource::cursor);
        int max = Parameters.number("limit", limit, 1, MAX_LIMIT);
        List<Grant> readable = AccessRules.granting(caller.get().principal(), Action.APPROVAL_READ);
        if (readable.isEmpty()) {
            caller.require(Action.APPROVAL_READ, Resource.INSTALLATION);
        }
        return ApprovalMapping.page(
                database.inTransaction(tx -> new ApprovalTable(tx).find(only, before, readable, max)), max);
    }

    @Permission(value = Action.APPROVAL_READ, byMethod = true)
    @GET
    @Path("{id}")
    @Operation(summary = "One approval with its request, and with the answer if it is approved")
    public ApprovalDetail get(@PathParam("id") String text) {
        ApprovalId id = id(text);
        StoredApproval found =
                database.inTransaction(tx -> new ApprovalTable(tx).find(id)).orElseThrow(ApprovalsResource::unknown);
        caller.require(Action.APPROVAL_READ, tx -> found.resource(), Optional.of(id.toString()));
        return ApprovalMapping.detail(found);
    }

    @Permission(value = Action.APPROVAL_DECIDE, byMethod = true)
    @POST
    @Path("{id}/approve")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Approve the request of another principal: it has its effect",
            description =
                    "Requires the role of the approval, or admin. Everything is decided again, with the policy and the"
                            + " rights of the requester as they are now. The requester is denied, and so is a principal if"
                            + " one of the two has created the token of the other. A repetition has no effect")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ApprovalDecisionRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "Approved",
            content = @Content(schema = @Schema(implementation = ApprovalDetail.class)))
    @APIResponse(responseCode = "403", description = "The caller may not decide about this request")
    @APIResponse(
            responseCode = "409",
            description =
                    "It is decided already, it has expired, or the request would be refused now; nothing was changed")
    public ApprovalDetail approve(@PathParam("id") String id, InputStream body) {
        return detail(approvals.approve(caller.get(), id(id), comment(body)));
    }

    @Permission(value = Action.APPROVAL_DECIDE, byMethod = true)
    @POST
    @Path("{id}/reject")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Reject the request of another principal; a repetition has no effect")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ApprovalDecisionRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "Rejected",
            content = @Content(schema = @Schema(implementation = ApprovalDetail.class)))
    @APIResponse(responseCode = "403", description = "The caller may not decide about this request")
    @APIResponse(responseCode = "409", description = "It is decided already, or it has expired")
    public ApprovalDetail reject(@PathParam("id") String id, InputStream body) {
        return detail(approvals.reject(caller.get(), id(id), comment(body)));
    }

    @Permission(value = Action.APPROVAL_WITHDRAW, byMethod = true)
    @DELETE
    @Path("{id}")
    @Operation(summary = "Withdraw an own request that waits; a repetition has no effect")
    @APIResponse(responseCode = "204", description = "Withdrawn")
    @APIResponse(responseCode = "409", description = "It is decided already, or the caller is not the requester")
    public void withdraw(@PathParam("id") String id) {
        detail(approvals.withdraw(caller.get(), id(id)));
    }

    private static ApprovalDetail detail(Approvals.Outcome outcome) {
        return switch (outcome) {
            case Approvals.Outcome.Decided decided -> ApprovalMapping.detail(decided.approval());
            case Approvals.Outcome.Denied denied -> throw new ProblemException(403, List.of(denied.problem()));
            case Approvals.Outcome.Refused refused ->
                throw new ProblemException(
                        refused.problems().getFirst().code() == ErrorCode.INVALID_FIELD ? 422 : 409,
                        refused.problems());
            case Approvals.Outcome.Unknown it -> throw unknown();
        };
    }

    private static Optional<String> comment(InputStream body) {
        return dev.perennial.orders.http.RequestBody.read(body, ApprovalDecisionRequest.class)
                .request()
                .comment();
    }

    private static ApprovalState state(String text) {
        return Arrays.stream(ApprovalState.values())
                .filter(state -> state.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Parameters.invalid(
                        "parameter 'state'",
                        "one of " + Arrays.toString(ApprovalState.values()).toLowerCase(Locale.ROOT) + " is required"));
    }

    private static ApprovalId cursor(String text) {
        try {
            return ApprovalId.of(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(
                    "parameter 'cursor'",
                    "it is not the cursor of an earlier page of this query; omit it to start from the beginning");
        }
    }

    private static ApprovalId id(String text) {
        try {
            return ApprovalId.of(text);
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private static ProblemException unknown() {
        return new ProblemException(
                404,
                ErrorCode.NOT_FOUND,
                "there is no approval with this id; 'perennial approval list --all' shows those that you may read");
    }
}
