package dev.perennial.orders.rest;

import dev.perennial.acme.AccountChanges;
import dev.perennial.acme.Issuers;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.logging.Logger;

/** The CAs of this installation, and our accounts there. */
@Path("issuers")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class IssuersResource {
    private static final Logger LOG = Logger.getLogger(IssuersResource.class);

    private final Issuers issuers;
    private final AccountChanges changes;

    @Inject
    IssuersResource(Issuers issuers, AccountChanges changes) {
        this.issuers = issuers;
        this.changes = changes;
    }

    @GET
    @Operation(summary = "The names of the configured issuers")
    public List<String> issuers() {
        return issuers.names().stream().sorted().toList();
    }

    @POST
    @Path("{issuer}/account/key-rollover")
    @Operation(summary = "Give our account at the CA a new key (RFC 8555 section 7.3.5)")
    @APIResponse(responseCode = "204", description = "The new key is in use")
    public void rollOver(@PathParam("issuer") String issuer) {
        change(issuer, "key rollover", changes::rollOver);
    }

    @DELETE
    @Path("{issuer}/account")
    @Operation(summary = "Deactivate our account at the CA for good (RFC 8555 section 7.3.6)")
    @APIResponse(responseCode = "204", description = "It is deactivated")
    public void deactivate(@PathParam("issuer") String issuer) {
        change(issuer, "deactivation", changes::deactivate);
    }

    private void change(String issuer, String what, Consumer<String> change) {
        if (!issuers.names().contains(issuer)) {
            throw new Refusal(404, ErrorCode.UNKNOWN_ISSUER, "there is no such issuer");
        }
        LOG.infof("%s of the account at the issuer %s was asked for over REST", what, issuer);
        try {
            change.accept(issuer);
        } catch (RetryLater e) {
            throw new Refusal(503, List.of(e.problem()));
        }
    }
}
