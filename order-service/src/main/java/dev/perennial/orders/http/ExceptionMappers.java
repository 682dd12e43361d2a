package dev.perennial.orders.http;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every way in which a call can fail, as a problem document. */
class ExceptionMappers {
    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    Response refusal(ProblemException refusal) {
        return answer(refusal.details()).build();
    }

    @ServerExceptionMapper
    Response unavailable(RetryLater e) {
        LOG.warnf("a call could not be served: %s", e.getMessage());
        return answer(ProblemDetails.of(
                        503,
                        ErrorCode.INTERNAL,
                        "the database behind this service does not answer; send the request again after the seconds in"
                                + " Retry-After, with the same Idempotency-Key: it counts once"))
                .header(HttpHeaders.RETRY_AFTER, 2)
                .build();
    }

    @ServerExceptionMapper
    Response http(WebApplicationException e) {
        Response.StatusType status = e.getResponse().getStatusInfo();
        ProblemDetails details = status.getStatusCode() == 404
                ? ProblemDetails.of(404, ErrorCode.NOT_FOUND, "there is nothing here")
                : ProblemDetails.blank(
                        status.getStatusCode(), status.getReasonPhrase(), "see the API description at /api/openapi");
        return answer(details).build();
    }

    @ServerExceptionMapper
    Response defect(Throwable e) {
        LOG.error("a call failed", e);
        return answer(ProblemDetails.of(
                        500,
                        ErrorCode.INTERNAL,
                        "a defect of the order-service; its log has the cause under this trace id. Send the request again, with the"
                                + " same Idempotency-Key: it counts once"))
                .build();
    }

    private static Response.ResponseBuilder answer(ProblemDetails details) {
        return Response.status(details.status()).type(ProblemDetails.MEDIA_TYPE).entity(details);
    }
}
