package dev.perennial.orders.http;

import dev.perennial.api.AcceptedRequest;
import dev.perennial.api.RenewalRequest;
import dev.perennial.events.CertificateId;
import dev.perennial.events.RenewalRequested;
import dev.perennial.orders.renewal.RenewalRequests;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Action;
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
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Requests to renew a certificate. */
@Path("certificates/{id}/renewals")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class RenewalsResource {
    private final CurrentCaller caller;
    private final RenewalRequests renewals;

    @Inject
    RenewalsResource(CurrentCaller caller, RenewalRequests renewals) {
        this.caller = caller;
        this.renewals = renewals;
    }

    @Permission(value = Action.CERTIFICATE_RENEW, byMethod = true)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Renew the certificate now, without a change")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = RenewalRequest.class)))
    @APIResponse(
            responseCode = "202",
            description = "Accepted: by a new order, or by the order in progress; Location has the progress",
            headers = @Header(name = "Location", schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content = @Content(schema = @Schema(implementation = AcceptedRequest.class)))
    public Response renew(
            @PathParam("id") String id, @HeaderParam("Idempotency-Key") Optional<String> key, InputStream stream) {
        CertificateId certificate = Parameters.certificateId(id);
        RequestBody<RenewalRequest> body = RequestBody.read(stream, RenewalRequest.class);
        SubmissionResult<AcceptedOrder> result = renewals.submit(new Submission<>(
                caller.get(),
                caller.source(),
                Parameters.requestId(key),
                Optional.of("renew " + certificate + " " + body.digest()),
                true,
                Spans.traceparent(Context.current()),
                new RenewalRequested(
                        Optional.of(certificate),
                        Optional.empty(),
                        Optional.empty(),
                        body.request().reason())));
        return switch (result) {
            case SubmissionResult.Accepted<AcceptedOrder>(AcceptedOrder it) ->
                Response.accepted(AcceptedRequest.of(it.certificateId(), it.orderId(), it.disposition()))
                        .location(URI.create("certificates/" + it.certificateId()))
                        .build();
            case SubmissionResult.Waiting<AcceptedOrder> it ->
                throw new IllegalStateException("a renewal waits for no approval");
            case SubmissionResult.Refused<AcceptedOrder> it -> throw ProblemException.of(it.problems());
        };
    }
}
