package dev.perennial.orders.http;

import dev.perennial.api.QuarantinedName;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.issuer.limits.FailingNames;
import dev.perennial.rules.access.Action;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Names whose orders wait because they failed repeatedly. */
@Path("quarantine")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class QuarantineResource {
    private final Database database;
    private final Budget budget;
    private final Clock clock;

    @Inject
    QuarantineResource(Database database, Budget budget, Clock clock) {
        this.database = database;
        this.budget = budget;
        this.clock = clock;
    }

    @Permission(Action.QUARANTINE_READ)
    @GET
    @Operation(summary = "List the names in quarantine, at most a thousand")
    public List<QuarantinedName> list() {
        return database.inTransaction(tx -> new FailingNames(tx).quarantined()).stream()
                .map(CertificateMapping::quarantined)
                .toList();
    }

    @Permission(Action.QUARANTINE_END)
    @DELETE
    @Path("{issuer}/{name}")
    @Operation(summary = "Release a name that has been fixed; orders with it are placed at once")
    @APIResponse(responseCode = "204", description = "Released")
    public void release(@PathParam("issuer") String issuer, @PathParam("name") String name) {
        boolean released = issuer.indexOf('\0') < 0
                && name.indexOf('\0') < 0
                && database.inTransaction(tx -> budget.release(tx, issuer, name, clock.instant()));
        if (!released) {
            throw new ProblemException(404, ErrorCode.NOT_FOUND, "this name is not in quarantine at this issuer");
        }
    }
}
