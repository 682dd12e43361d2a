package dev.perennial.validation.http01;

import dev.perennial.platform.probe.ResponderProbe;
import dev.perennial.validation.challenges.LiveChallenges;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Responds to http-01 requests (RFC 8555 section 8.3) and to probes. A malformed or unknown token is not found, and
 * neither is any other path.
 */
@Path("/.well-known/acme-challenge")
public class Http01Responder {
    /** The CA's request may arrive before the response that another replica presented. */
    private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(2);

    private final LiveChallenges live;

    Http01Responder(LiveChallenges live) {
        this.live = live;
    }

    @GET
    @Path("{token: [A-Za-z0-9_-]{1,256}}")
    public Uni<RestResponse<byte[]>> answer(@PathParam("token") String token) {
        Optional<ResponderProbe> probe = ResponderProbe.ofUnusedToken(token);
        if (probe.isPresent()) {
            return Uni.createFrom()
                    .item(live.find(token).map(Http01Responder::ok).orElseGet(() -> notFound(probe.get())));
        }
        // Built on the thread of the request: on the timer's thread, JAX-RS may not find its implementation.
        RestResponse<byte[]> notFound = RestResponse.notFound();
        return Uni.createFrom()
                .completionStage(() -> live.find(token, ARRIVAL_TIMEOUT))
                .map(answer -> answer.map(Http01Responder::ok).orElse(notFound));
    }

    /** Responds to a probe, which checks that requests reach this installation. Public. */
    @GET
    @Path("{token: " + ResponderProbe.TOKEN + "}")
    public RestResponse<byte[]> probe(@PathParam("token") String token) {
        return ResponderProbe.of(token).map(probe -> ok(probe.answer())).orElseGet(RestResponse::notFound);
    }

    private static RestResponse<byte[]> ok(String text) {
        return respond(RestResponse.Status.OK, text);
    }

    /** Tells an unknown token at this responder from one at another server. */
    static RestResponse<byte[]> notFound(ResponderProbe probe) {
        return respond(RestResponse.Status.NOT_FOUND, probe.answer());
    }

    private static RestResponse<byte[]> respond(RestResponse.Status status, String text) {
        return RestResponse.ResponseBuilder.create(status, text.getBytes(StandardCharsets.US_ASCII))
                .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .build();
    }
}
