package dev.perennial.validation.http01;

import dev.perennial.platform.probe.ResponderProbe;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Answers probes outside of the challenge path, with 404 like every other path, but recognizably: a router that
 * forwards them forwards more than challenges.
 */
@Path("/")
public class OutsideProbes {
    @GET
    @Path("{token: " + ResponderProbe.TOKEN + "}")
    public RestResponse<byte[]> root(@PathParam("token") String token) {
        return answer(token);
    }

    @GET
    @Path(".well-known/{token: " + ResponderProbe.TOKEN + "}")
    public RestResponse<byte[]> wellKnown(@PathParam("token") String token) {
        return answer(token);
    }

    private static RestResponse<byte[]> answer(String token) {
        return ResponderProbe.of(token).map(Http01Responder::notFound).orElseGet(RestResponse::notFound);
    }
}
