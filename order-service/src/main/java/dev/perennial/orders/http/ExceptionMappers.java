package dev.perennial.orders.http;

import dev.perennial.api.ProblemDetails;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.UnreadableRowException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps every exception to a problem document. */
class ExceptionMappers {
    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    Response refusal(ProblemException refusal) {
        return response(refusal.details()).build();
    }

    @ServerExceptionMapper
    Response unavailable(RetryLater e) {
        LOG.warnf("request failed, the caller can retry: %s", e.getMessage());
        return response(Problems.details(
                        503,
                        ErrorCode.INTERNAL,
                        "the database does not respond; send the request again after the number of seconds in"
                                + " Retry-After, with the same Idempotency-Key: it is processed once"))
                .header(HttpHeaders.RETRY_AFTER, 2)
                .build();
    }

    @ServerExceptionMapper
    Response http(WebApplicationException e) {
        Response.StatusType status = e.getResponse().getStatusInfo();
        ProblemDetails details = status.getStatusCode() == 404
                ? Problems.details(404, ErrorCode.NOT_FOUND, "there is no resource at this path")
                : Problems.blank(
                        status.getStatusCode(), status.getReasonPhrase(), "see the API description at /api/openapi");
        return response(details)
                .header(HttpHeaders.ALLOW, e.getResponse().getHeaderString(HttpHeaders.ALLOW))
                .build();
    }

    @ServerExceptionMapper
    Response unreadable(UnreadableRowException e) {
        LOG.error("request failed because a row cannot be read", e);
        return response(Problems.details(
                        500,
                        ErrorCode.INTERNAL,
                        e.getMessage()
                                + "; restore the row in the database, then repeat the request (with the same"
                                + " Idempotency-Key if it had one)"))
                .build();
    }

    @ServerExceptionMapper
    Response defect(Throwable e) {
        LOG.error("request failed because of a defect", e);
        return response(Problems.details(
                        500,
                        ErrorCode.INTERNAL,
                        "a defect of the order-service; search its log for this trace id. Send the request"
                                + " again with the same Idempotency-Key: it is processed once"))
                .build();
    }

    private static Response.ResponseBuilder response(ProblemDetails details) {
        return Response.status(details.status()).type(ProblemDetails.MEDIA_TYPE).entity(details);
    }
}
