package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.revocation.RevocationRequests;
import dev.perennial.orders.revocation.RevocationResult;
import dev.perennial.orders.revocation.RevocationSubmission;
import dev.perennial.platform.telemetry.Spans;
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
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Revoking certificates over HTTP. */
@Path("certificates/{id}/revocations")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class RevocationsResource {
    private final RevocationRequests revocations;

    @Inject
    RevocationsResource(RevocationRequests revocations) {
        this.revocations = revocations;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask for the certificate to be revoked",
            description =
                    "Body: reason, and where wanted fingerprint or serial, comment, replace. With dryRun=true it is only said"
                            + " what would be done")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = RevocationRequested.class)))
    @APIResponse(
            responseCode = "202",
            description =
                    "Taken: one entry for each X.509 certificate that is revoked for it; follow it at the certificate",
            content = @Content(schema = @Schema(implementation = RevocationResult.Accepted.class)))
    @APIResponse(responseCode = "200", description = "The same, and nothing was done (dryRun)")
    public Response revoke(
            @PathParam("id") String id,
            @QueryParam("dryRun") @DefaultValue("false") boolean dryRun,
            @HeaderParam("Idempotency-Key") Optional<String> key,
            InputStream stream) {
        CertificateId certificate = CertificatesResource.id(id);
        RequestBody<RevocationRequested> body = RequestBody.read(stream, RevocationRequested.class);
        RevocationRequested request = about(certificate, body.request());
        RevocationResult answer = dryRun
                ? revocations.preview(request)
                : revocations.hear(new RevocationSubmission(
                        CertificatesResource.SOURCE,
                        CertificatesResource.requestId(key),
                        Optional.of(certificate + " " + body.digest()),
                        true,
                        request,
                        Spans.traceparent(Context.current())));
        return switch (answer) {
            case RevocationResult.Accepted accepted ->
                Response.status(dryRun ? 200 : 202).entity(accepted).build();
            case RevocationResult.Refused refused -> throw refusal(refused);
        };
    }

    /** The certificate is the one of the path, whatever the body says. */
    private static RevocationRequested about(CertificateId certificate, RevocationRequested body) {
        return new RevocationRequested(
                Optional.of(certificate),
                Optional.empty(),
                Optional.empty(),
                body.fingerprint(),
                body.serial(),
                body.reason(),
                body.comment(),
                body.replace());
    }

    private static ProblemException refusal(RevocationResult.Refused refused) {
        boolean absent = refused.problems().stream().map(Problem::code).anyMatch(ErrorCode.NOT_FOUND::equals);
        return new ProblemException(absent ? 404 : 422, refused.problems());
    }
}
