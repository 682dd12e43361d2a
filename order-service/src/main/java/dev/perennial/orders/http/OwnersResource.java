package dev.perennial.orders.http;

import dev.perennial.api.CertificateState;
import dev.perennial.api.OwnerDetail;
import dev.perennial.api.OwnerPage;
import dev.perennial.api.OwnerPolicyDetail;
import dev.perennial.api.OwnerQuotaDetail;
import dev.perennial.api.OwnerSummary;
import dev.perennial.api.PolicyDetail;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Owners;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.policy.DailyOrders;
import dev.perennial.orders.policy.PolicyTable;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.OwnerPolicy;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jdbi.v3.core.Handle;

/** Shows the owners that the policy lists or that have certificates. The policy changes them. */
@Path("owners")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class OwnersResource {
    private static final int MAX_LIMIT = 500;

    private final CurrentCaller caller;
    private final Database database;
    private final CurrentPolicy policy;
    private final Clock clock;

    @Inject
    OwnersResource(CurrentCaller caller, Database database, CurrentPolicy policy, Clock clock) {
        this.caller = caller;
        this.database = database;
        this.policy = policy;
        this.clock = clock;
    }

    @Permission(value = Action.OWNER_READ, byMethod = true)
    @GET
    @Operation(summary = "List the owners that the grants of the caller cover, in order of their names")
    @APIResponse(
            responseCode = "200",
            description = "A page",
            content = @Content(schema = @Schema(implementation = OwnerPage.class)))
    public OwnerPage list(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "500", defaultValue = "50"))
                    @QueryParam("limit")
                    @DefaultValue("50")
                    String limit,
            @Parameter(description = "The field next of the previous page") @QueryParam("after")
                    Optional<String> after) {
        int size = Parameters.number("limit", limit, 1, MAX_LIMIT);
        String last = after.map(OwnersResource::name).orElse("");
        Principal principal = caller.get().principal();
        if (AccessRules.granting(principal, Action.OWNER_READ).isEmpty()) {
            caller.require(Action.OWNER_READ, Resource.INSTALLATION);
        }
        return database.inTransaction(tx -> {
            OwnerPolicies policies = policy.read(tx);
            Set<String> listed = policies.owners().keySet();
            Owners owners = new Owners(tx);
            // One more shows whether there is another page.
            List<String> found = mayRead(principal, Resource.INSTALLATION)
                    ? owners.page(listed, last, size + 1)
                    : owners.page(listed, readable(principal), last, size + 1);
            List<String> page = found.stream().limit(size).toList();
            return new OwnerPage(
                    page.stream().map(owner -> summary(policies, owner)).toList(),
                    found.size() > size ? Optional.of(page.getLast()) : Optional.empty());
        });
    }

    @Permission(Action.OWNER_READ)
    @GET
    @Path("{owner}")
    @Operation(summary = "One owner with its policy, its quota and the number of its certificates")
    @APIResponse(
            responseCode = "200",
            description = "The owner",
            content = @Content(schema = @Schema(implementation = OwnerDetail.class)))
    public OwnerDetail get(@PathParam("owner") String owner) {
        return database.inTransaction(tx -> {
            OwnerPolicies policies = policy.read(tx);
            boolean listed = policies.owners().containsKey(owner);
            Map<CertificateState, Long> certificates = certificates(tx, owner);
            if (!listed && certificates.isEmpty()) {
                throw new ProblemException(
                        404, ErrorCode.NOT_FOUND, "the policy does not list this owner, and it has no certificate");
            }
            return new OwnerDetail(
                    owner,
                    listed,
                    listed ? part(tx, owner) : Optional.empty(),
                    quota(tx, policies, owner),
                    certificates);
        });
    }

    private static Map<CertificateState, Long> certificates(Handle tx, String owner) {
        return ResourceName.isValid(owner)
                ? new Owners(tx)
                        .certificates(owner).entrySet().stream()
                                .collect(Collectors.toMap(
                                        entry -> EnumMapping.to(CertificateState.class, entry.getKey()),
                                        Map.Entry::getValue))
                : Map.of();
    }

    private static Optional<OwnerPolicyDetail> part(Handle tx, String owner) {
        PolicyTable table = new PolicyTable(tx);
        return table.current()
                .flatMap(current ->
                        table.document(current.revision()).map(document -> PolicyMapping.stored(current, document)))
                .map(PolicyDetail::document)
                .map(document -> document.owners().get(owner));
    }

    private OwnerQuotaDetail quota(Handle tx, OwnerPolicies policies, String owner) {
        Instant now = clock.instant();
        Optional<OwnerPolicy> its = policies.of(owner);
        return new OwnerQuotaDetail(
                its.isPresent(),
                its.flatMap(OwnerPolicy::maxOrdersPerDay),
                new Owners(tx).requestedOrders(owner, now),
                new DailyOrders(tx, policies).problem(owner, now).flatMap(Problem::nextAttemptAt));
    }

    private static OwnerSummary summary(OwnerPolicies policies, String owner) {
        Optional<OwnerPolicy> its = Optional.ofNullable(policies.owners().get(owner));
        return new OwnerSummary(
                owner, its.isPresent(), its.map(OwnerPolicy::contacts).orElse(List.of()));
    }

    /** The owners of the grants that cover all of an owner. */
    private static Set<String> readable(Principal principal) {
        return AccessRules.granting(principal, Action.OWNER_READ).stream()
                .map(Grant::owners)
                .flatMap(Set::stream)
                .filter(ResourceName::isValid)
                .filter(owner -> mayRead(principal, Resource.owner(owner)))
                .collect(Collectors.toSet());
    }

    private static boolean mayRead(Principal principal, Resource resource) {
        return AccessRules.authorize(principal, Action.OWNER_READ, resource).isAllowed();
    }

    private static String name(String text) {
        if (!ResourceName.isValid(text)) {
            throw Parameters.invalid("parameter 'after'", "the field 'next' of the previous page is required");
        }
        return text;
    }
}
