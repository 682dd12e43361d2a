package dev.perennial.orders.http;

import dev.perennial.api.AccessDecisionDetail;
import dev.perennial.api.SelfDetail;
import dev.perennial.orders.access.AccessLog;
import dev.perennial.orders.database.Database;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Principal;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The grants of the caller, and the recorded decisions. */
@Path("access")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class AccessResource {
    private static final int MAX_LIMIT = 1000;

    private final CurrentCaller caller;
    private final Database database;

    @Inject
    AccessResource(CurrentCaller caller, Database database) {
        this.caller = caller;
        this.database = database;
    }

    @Permission(value = Action.SELF_READ, byMethod = true)
    @GET
    @Path("self")
    @Operation(summary = "The principal of the token, and its grants")
    public SelfDetail self() {
        Principal principal = caller.get().principal();
        return new SelfDetail(
                principal.id(),
                principal.grants().stream().map(AccessMapping::grant).toList());
    }

    @Permission(Action.DECISION_READ)
    @GET
    @Path("decisions")
    @Operation(
            summary = "List recorded decisions, the newest first",
            description = "Every denial, and every action that was allowed and is not a read")
    public List<AccessDecisionDetail> decisions(
            @Parameter(description = "Only decisions of this principal") @QueryParam("principal")
                    Optional<String> principal,
            @Parameter(
                            description = "The field seq of the last line of the previous page",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @QueryParam("before")
                    Optional<String> before,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "100"))
                    @QueryParam("limit")
                    @DefaultValue("100")
                    String limit) {
        long earlier = before.map(AccessResource::seq).orElse(Long.MAX_VALUE);
        int max = Parameters.number("limit", limit, 1, MAX_LIMIT);
        return database
                .inTransaction(tx ->
                        new AccessLog(tx).before(earlier, principal.map(it -> Parameters.text("principal", it)), max))
                .stream()
                .map(AccessMapping::decision)
                .toList();
    }

    private static long seq(String text) {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw Parameters.invalid("parameter 'before'", "a positive number is required");
        }
        return Long.parseLong(text);
    }
}
