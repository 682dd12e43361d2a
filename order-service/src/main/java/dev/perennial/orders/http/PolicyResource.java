package dev.perennial.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.api.PolicyDetail;
import dev.perennial.api.PolicyDocument;
import dev.perennial.api.PolicyRevisionDetail;
import dev.perennial.api.PolicyTestDetail;
import dev.perennial.api.PolicyTestRequest;
import dev.perennial.api.WaitingChange;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.approvals.ChangeResult;
import dev.perennial.orders.approvals.PolicyApprovals;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.policy.PolicyChanges;
import dev.perennial.orders.policy.PolicyReader;
import dev.perennial.orders.policy.PolicyTable;
import dev.perennial.orders.policy.StoredPolicy;
import dev.perennial.orders.requests.RequestDryRun;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.requests.OwnerPolicies;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jdbi.v3.core.Handle;

/** The policy of the owners. */
@Path("policy")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class PolicyResource {
    /** Some thousand owners. */
    private static final int MAX_BYTES = 1024 * 1024;

    private final CurrentCaller caller;
    private final Database database;
    private final PolicyChanges changes;
    private final PolicyApprovals approvals;
    private final CurrentPolicy current;
    private final RequestDryRun dryRun;
    private final ServiceTokens tokens;
    private final Clock clock;

    @Inject
    PolicyResource(
            CurrentCaller caller,
            Database database,
            PolicyChanges changes,
            PolicyApprovals approvals,
            CurrentPolicy current,
            RequestDryRun dryRun,
            ServiceTokens tokens,
            Clock clock) {
        this.caller = caller;
        this.database = database;
        this.changes = changes;
        this.approvals = approvals;
        this.current = current;
        this.dryRun = dryRun;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Permission(value = Action.POLICY_READ, byMethod = true)
    @GET
    @Operation(
            summary = "The policy of the owners",
            description = "Without a grant for the installation, the policies of the owners that the grants cover")
    @APIResponse(
            responseCode = "200",
            description = "The policy; revision 0 if there is none",
            headers = @Header(name = "ETag", description = "The revision", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = PolicyDetail.class)))
    public Response policy() {
        Principal principal = caller.get().principal();
        if (AccessRules.granting(principal, Action.POLICY_READ).isEmpty()) {
            caller.require(Action.POLICY_READ, Resource.INSTALLATION);
        }
        PolicyDetail all = database.inTransaction(tx ->
                new PolicyTable(tx).current().map(policy -> detail(tx, policy)).orElse(PolicyMapping.NONE));
        return response(
                200,
                mayRead(principal, Resource.INSTALLATION)
                        ? all
                        : PolicyMapping.part(all, owner -> mayRead(principal, Resource.owner(owner))));
    }

    private static boolean mayRead(Principal principal, Resource resource) {
        return AccessRules.authorize(principal, Action.POLICY_READ, resource).isAllowed();
    }

    private static PolicyDetail detail(Handle tx, StoredPolicy policy) {
        return PolicyMapping.stored(
                policy, new PolicyTable(tx).document(policy.revision()).orElseThrow());
    }

    @Permission(Action.POLICY_CHANGE)
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Replace the policy of the owners",
            description = "If-Match is required: the revision that the change is based on, 0 without a policy. Unknown"
                    + " fields are refused. The same document again is no change")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = PolicyDocument.class)))
    @APIResponse(
            responseCode = "201",
            description = "The first policy",
            headers = @Header(name = "ETag", description = "The revision", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = PolicyDetail.class)))
    @APIResponse(
            responseCode = "200",
            description = "Replaced, or unchanged",
            headers = @Header(name = "ETag", description = "The revision", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = PolicyDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "With four eyes: it waits for the approval of another admin; Location leads to it",
            headers = @Header(name = "Location", schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content = @Content(schema = @Schema(implementation = WaitingChange.class)))
    @APIResponse(responseCode = "412", description = "The policy has another revision than the one in If-Match")
    @APIResponse(responseCode = "422", description = "The policy is not valid; the former one stays")
    public Response put(
            @Parameter(required = true) @HeaderParam("If-Match") Optional<String> revision, InputStream body) {
        long expected = Parameters.revision(revision).orElseThrow(Parameters::noRevision);
        JsonNode document = RequestBody.tree(body, MAX_BYTES);
        return switch (approvals.put(caller.get(), document, expected)) {
            case ChangeResult.Applied<PolicyChanges.Outcome>(PolicyChanges.Outcome.Stored stored) ->
                response(stored.created() ? 201 : 200, PolicyMapping.detail(stored.policy(), stored.document()));
            case ChangeResult.Applied<PolicyChanges.Outcome>(PolicyChanges.Outcome.Refused refused) ->
                throw new ProblemException(
                        refused.problems().getFirst().code() == ErrorCode.POLICY_CHANGED ? 412 : 422,
                        refused.problems());
            case ChangeResult.Waiting<PolicyChanges.Outcome> waiting -> ApprovalMapping.response(waiting.approval());
            case ChangeResult.Refused<PolicyChanges.Outcome> refused ->
                throw new ProblemException(422, List.of(refused.problem()));
        };
    }

    @Permission(Action.POLICY_READ)
    @GET
    @Path("revisions")
    @Operation(summary = "List the changes of the policy, the newest first; the last 200 are kept")
    public List<PolicyRevisionDetail> revisions() {
        return database.inTransaction(tx -> new PolicyTable(tx).all()).stream()
                .map(PolicyMapping::revision)
                .toList();
    }

    @Permission(Action.POLICY_READ)
    @GET
    @Path("revisions/{revision}")
    @Operation(summary = "The policy as it was at a revision")
    public PolicyDetail revision(@PathParam("revision") String revision) {
        return database.inTransaction(tx -> new PolicyTable(tx)
                        .all().stream()
                                .filter(policy ->
                                        Long.toString(policy.revision()).equals(revision))
                                .findFirst()
                                .map(policy -> detail(tx, policy)))
                .orElseThrow(() -> new ProblemException(
                        404, ErrorCode.NOT_FOUND, "there is no such revision of the policy, or it is no longer kept"));
    }

    @Permission(value = Action.POLICY_READ, byMethod = true)
    @POST
    @Path("test")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Decide about a request for a certificate without any change",
            description = "The caller needs a grant for the owner; for another policy, one for the installation; for"
                    + " another principal, the right to change tokens or the policy")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = PolicyTestRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The decision",
            content = @Content(schema = @Schema(implementation = PolicyTestDetail.class)))
    public PolicyTestDetail test(InputStream body) {
        PolicyTestBody test = PolicyTestBody.read(body, MAX_BYTES);
        authorize(test);
        Optional<OwnerPolicies> candidate = test.candidate().map(this::candidate);
        return database.inTransaction(tx -> {
            Principal principal = principal(tx, test);
            Optional<Long> revision = candidate.isPresent()
                    ? Optional.empty()
                    : Optional.of(new PolicyTable(tx)
                            .current()
                            .map(StoredPolicy::revision)
                            .orElse(0L));
            OwnerPolicies policies = candidate.orElseGet(() -> current.read(tx));
            return PolicyMapping.tested(
                    principal, revision, dryRun.decide(tx, principal, policies, test.request(), clock.instant()));
        });
    }

    private void authorize(PolicyTestBody test) {
        String owner = test.request().owner();
        caller.require(Action.POLICY_READ, ResourceName.isValid(owner) ? Resource.owner(owner) : Resource.INSTALLATION);
        if (test.candidate().isPresent()) {
            caller.require(Action.POLICY_READ, Resource.INSTALLATION);
        }
        // An allowed change would be recorded, although nothing changes.
        if (test.as().isPresent() && !mayChange(Action.TOKEN_CHANGE) && !mayChange(Action.POLICY_CHANGE)) {
            caller.require(Action.POLICY_CHANGE, Resource.INSTALLATION);
        }
    }

    private boolean mayChange(Action action) {
        return AccessRules.authorize(caller.get().principal(), action, Resource.INSTALLATION)
                .isAllowed();
    }

    private OwnerPolicies candidate(JsonNode document) {
        return switch (changes.read(document)) {
            case PolicyReader.Valid valid -> valid.policies();
            case PolicyReader.Invalid invalid -> throw new ProblemException(422, invalid.problems());
        };
    }

    private Principal principal(Handle tx, PolicyTestBody test) {
        return test.as()
                .map(name -> tokens.principal(tx, name)
                        .orElseThrow(() -> new ProblemException(
                                422,
                                ErrorCode.INVALID_FIELD,
                                "field 'as': there is no token '" + name + "' that is neither revoked nor expired")))
                .orElseGet(() -> caller.get().principal());
    }

    private static Response response(int status, PolicyDetail policy) {
        return Response.status(status)
                .tag(Long.toString(policy.revision()))
                .entity(policy)
                .build();
    }
}
