package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.orders.renewal.RenewalRequests;
import dev.perennial.orders.renewal.RenewalSubmission;
import dev.perennial.orders.requests.RequestResult;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Renewing certificates over HTTP. */
@Path("certificates/{id}/renewals")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class RenewalsResource {
    private final RenewalRequests renewals;

    @Inject
    RenewalsResource(RenewalRequests renewals) {
        this.renewals = renewals;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask for the certificate to be renewed now, as it is",
            description = "Body: an object, with a reason where wanted")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = RenewalRequested.class)))
    @APIResponse(
            responseCode = "202",
            description = "Taken: by a new order, or by the one that is running; follow it at the Location",
            content = @Content(schema = @Schema(implementation = View.Accepted.class)))
    public Response renew(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") Optional<String> key, InputStream stream) {
        CertificateId certificate = CertificatesResource.id(id);
        RequestBody<RenewalRequested> body = RequestBody.read(stream, RenewalRequested.class);
        RequestResult answer = renewals.hear(new RenewalSubmission(
                CertificatesResource.SOURCE,
                CertificatesResource.requestId(key),
                Optional.of("renew " + certificate + " " + body.digest()),
                true,
                // The certificate is the one of the path, whatever the body says.
                new RenewalRequested(
                        Optional.of(certificate),
                        Optional.empty(),
                        Optional.empty(),
                        body.request().reason()),
                Spans.traceparent(Context.current())));
        return switch (answer) {
            case RequestResult.Accepted it ->
                Response.accepted(new View.Accepted(it.certificateId(), it.orderId(), it.disposition()))
                        .location(URI.create("certificates/" + it.certificateId()))
                        .build();
            case RequestResult.Refused it -> throw refusal(it);
        };
    }

    private static ProblemException refusal(RequestResult.Refused refused) {
        boolean absent = refused.problems().stream().map(Problem::code).anyMatch(ErrorCode.NOT_FOUND::equals);
        return new ProblemException(absent ? 404 : 422, refused.problems());
    }
}
