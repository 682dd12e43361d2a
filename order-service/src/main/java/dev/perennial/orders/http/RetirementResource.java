package dev.perennial.orders.http;

import dev.perennial.api.RetirementRequest;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.rules.access.Action;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jdbi.v3.core.Handle;

/** Ends and resumes the renewal of a certificate. */
@Path("certificates/{id}/retirement")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class RetirementResource {
    private static final int MAX_REASON = 500;

    private final CurrentCaller caller;
    private final Database database;
    private final AccessControl access;
    private final Retirements retirements;

    @Inject
    RetirementResource(CurrentCaller caller, Database database, AccessControl access, Retirements retirements) {
        this.caller = caller;
        this.database = database;
        this.access = access;
        this.retirements = retirements;
    }

    @Permission(value = Action.CERTIFICATE_RETIRE, byMethod = true)
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = RetirementRequest.class)))
    @Operation(summary = "Stop renewing the certificate; it is served until it expires")
    @APIResponse(responseCode = "204", description = "Retired")
    public void retire(@PathParam("id") String id, InputStream stream) {
        Supplier<RetirementRequest> body = RequestBody.deferred(stream, RetirementRequest.class);
        change("retire", id, (tx, certificate) -> {
            retirements.retire(tx, certificate, reason(body.get()), caller.get().initiator());
            return List.of();
        });
    }

    private static String reason(RetirementRequest request) {
        String reason = request.reason();
        if (reason.isBlank() || reason.length() > MAX_REASON || reason.indexOf('\0') >= 0) {
            throw Parameters.invalid("field 'reason'", "1 to " + MAX_REASON + " characters are required");
        }
        return reason;
    }

    @Permission(value = Action.CERTIFICATE_RETIRE, byMethod = true)
    @DELETE
    @Operation(summary = "Resume renewing the certificate")
    @APIResponse(responseCode = "204", description = "Resumed; a renewal that is due starts at once")
    @APIResponse(responseCode = "422", description = "The policy of the owner does not allow the certificate")
    public void resume(@PathParam("id") String id) {
        change(
                "resume",
                id,
                (tx, certificate) -> retirements.resume(
                        tx,
                        certificate,
                        "requested by " + caller.get().principal().id(),
                        caller.get().initiator()));
    }

    /** Authorizes under the lock: the certificate cannot be transferred to an owner without the right meanwhile. */
    private void change(String subject, String id, BiFunction<Handle, Certificate, List<Problem>> change) {
        List<Problem> problems = database.inTransaction(tx -> {
            Certificate certificate = new Certificates(tx)
                    .lock(Parameters.certificateId(id))
                    .orElseThrow(() -> Parameters.unknownCertificate(id));
            return access.denial(
                            tx,
                            caller.get(),
                            Action.CERTIFICATE_RETIRE,
                            certificate.resource(),
                            Optional.of(subject + " " + certificate.id()))
                    .map(List::of)
                    .orElseGet(() -> change.apply(tx, certificate));
        });
        if (!problems.isEmpty()) {
            throw ProblemException.of(problems);
        }
    }
}
