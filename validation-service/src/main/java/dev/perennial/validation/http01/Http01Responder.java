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
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Answers the CA (RFC 8555 section 8.3), and nobody else with anything but that it is here: a token outside its alphabet is no
 * path of ours, and one that is not live is not found.
 */
@Path("/.well-known/acme-challenge")
public class Http01Responder {
    /** A CA may ask this replica before the answer another one presented has arrived here. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LiveChallenges live;

    Http01Responder(LiveChallenges live) {
        this.live = live;
    }

    @GET
    @Path("{token: [A-Za-z0-9_-]{1,256}}")
    public Uni<RestResponse<byte[]>> answer(@PathParam("token") String token) {
        // Built on the thread of the request: on the timer's thread, JAX-RS may not find its implementation.
        RestResponse<byte[]> notFound = RestResponse.notFound();
        return Uni.createFrom()
                .completionStage(() -> live.find(token, PATIENCE))
                .map(answer -> answer.map(Http01Responder::ok).orElse(notFound));
    }

    /** Anybody may ask whether this is the right place. */
    @GET
    @Path("{token: " + ResponderProbe.TOKEN + "}")
    public RestResponse<byte[]> probe(@PathParam("token") String token) {
        return ResponderProbe.of(token).map(probe -> ok(probe.answer())).orElseGet(RestResponse::notFound);
    }

    private static RestResponse<byte[]> ok(String text) {
        return RestResponse.ResponseBuilder.ok(
                        text.getBytes(StandardCharsets.US_ASCII), MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .build();
    }
}
