package dev.perennial.orders.http;

import dev.perennial.api.TransferDetail;
import dev.perennial.api.TransferRequest;
import dev.perennial.orders.transfer.Transfers;
import dev.perennial.rules.access.Action;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Transfers a certificate to another owner. */
@Path("certificates/{id}/transfer")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class TransferResource {
    private final CurrentCaller caller;
    private final Transfers transfers;

    @Inject
    TransferResource(CurrentCaller caller, Transfers transfers) {
        this.caller = caller;
        this.transfers = transfers;
    }

    @Permission(value = Action.CERTIFICATE_TRANSFER, byMethod = true)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Transfer the certificate to another owner",
            description = "The caller needs the right for the former and for the new owner. A repetition has no effect."
                    + " With dryRun=true, nothing is changed")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = TransferRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "The certificate belongs to the owner, or would in a dry run",
            content = @Content(schema = @Schema(implementation = TransferDetail.class)))
    @APIResponse(
            responseCode = "422",
            description = "The policy of the new owner does not allow the certificate, its name is in use there, or an"
                    + " order is running; nothing was changed")
    public TransferDetail transfer(
            @PathParam("id") String id,
            @Parameter(schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("dryRun")
                    @DefaultValue("false")
                    String dryRun,
            InputStream stream) {
        boolean preview = Parameters.flag("dryRun", dryRun);
        TransferRequest body = RequestBody.read(stream, TransferRequest.class).request();
        Transfers.Outcome outcome = transfers.transfer(
                caller.get(),
                Parameters.certificateId(id),
                new Transfers.Request(body.owner(), body.labels(), preview));
        return switch (outcome) {
            case Transfers.Outcome.Done done ->
                new TransferDetail(
                        done.before().id(), done.before().name(), done.before().owner(), body.owner(), done.labels());
            case Transfers.Outcome.Refused refused -> throw ProblemException.of(refused.problems());
        };
    }
}
