package dev.perennial.orders.http;

import dev.perennial.api.AcceptedRevocations;
import dev.perennial.api.RevocationRequest;
import dev.perennial.events.CertificateId;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.revocation.RevocationAnswer;
import dev.perennial.orders.revocation.RevocationRequests;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Action;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Requests to revoke X.509 certificates. */
@Path("certificates/{id}/revocations")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class RevocationsResource {
    private final CurrentCaller caller;
    private final RevocationRequests revocations;

    @Inject
    RevocationsResource(CurrentCaller caller, RevocationRequests revocations) {
        this.caller = caller;
        this.revocations = revocations;
    }

    @Permission(value = Action.CERTIFICATE_REVOKE, byMethod = true)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Revoke an X.509 certificate of the certificate",
            description =
                    "With dryRun=true, nothing is revoked, and the response shows the revocations that would be made")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = RevocationRequest.class)))
    @APIResponse(
            responseCode = "202",
            description =
                    "Accepted, with one entry for each X.509 certificate; the certificate has the progress. Without"
                            + " an entry, the request waits for an approval",
            content = @Content(schema = @Schema(implementation = AcceptedRevocations.class)))
    @APIResponse(
            responseCode = "200",
            description = "The revocations that would be made (dryRun)",
            content = @Content(schema = @Schema(implementation = AcceptedRevocations.class)))
    public Response revoke(
            @PathParam("id") String id,
            @Parameter(schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("dryRun")
                    @DefaultValue("false")
                    String dryRun,
            @HeaderParam("Idempotency-Key") Optional<String> key,
            InputStream stream) {
        boolean preview = Parameters.flag("dryRun", dryRun);
        CertificateId certificate = Parameters.certificateId(id);
        RequestBody<RevocationRequest> body = RequestBody.read(stream, RevocationRequest.class);
        RevocationRequested request = RevocationMapping.request(certificate, body.request());
        SubmissionResult<RevocationAnswer> result = preview
                ? revocations.preview(caller.get(), request)
                : revocations.submit(new Submission<>(
                        caller.get(),
                        caller.source(),
                        Parameters.requestId(key),
                        Optional.of(certificate + " " + body.digest()),
                        true,
                        Spans.traceparent(Context.current()),
                        request));
        return switch (result) {
            case SubmissionResult.Accepted<RevocationAnswer>(RevocationAnswer accepted) ->
                Response.status(preview ? 200 : 202)
                        .entity(RevocationMapping.accepted(accepted))
                        .build();
            case SubmissionResult.Waiting<RevocationAnswer> waiting ->
                Response.accepted(RevocationMapping.waiting(waiting.approval()))
                        .location(ApprovalMapping.location(waiting.approval()))
                        .build();
            case SubmissionResult.Refused<RevocationAnswer> refused -> throw ProblemException.of(refused.problems());
        };
    }
}
