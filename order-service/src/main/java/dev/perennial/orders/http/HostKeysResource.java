package dev.perennial.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.api.HostKeyDetail;
import dev.perennial.api.HostKeyRequest;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.hosts.HostEnrolments;
import dev.perennial.orders.hosts.HostKey;
import dev.perennial.orders.hosts.HostKeys;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The keys with which hosts sign their reports. */
@Path("hosts")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class HostKeysResource {
    private final CurrentCaller caller;
    private final HostKeys keys;
    private final HostEnrolments enrolments;

    @Inject
    HostKeysResource(CurrentCaller caller, HostKeys keys, HostEnrolments enrolments) {
        this.caller = caller;
        this.keys = keys;
        this.enrolments = enrolments;
    }

    @Permission(Action.HOST_READ)
    @GET
    @Path("keys")
    @Operation(
            summary = "List the keys of all hosts, ordered by host, at most a thousand",
            description = "For the next ones, set 'after' to the id of the last key of the response")
    public List<HostKeyDetail> all(@QueryParam("after") Optional<String> after) {
        after.ifPresent(id -> Parameters.text("after", id));
        return keys
                .list(Optional.empty(), after)
                .orElseThrow(() -> Parameters.invalid(
                        "parameter 'after'", "there is no key with this id; omit it to start from the beginning"))
                .stream()
                .map(HostKeysResource::detail)
                .toList();
    }

    @Permission(Action.HOST_READ)
    @GET
    @Path("{host}/keys")
    @Operation(summary = "List the keys of a host")
    public List<HostKeyDetail> list(@PathParam("host") String host) {
        return keys.list(Optional.of(Parameters.text("host", host)), Optional.empty()).orElseThrow().stream()
                .map(HostKeysResource::detail)
                .toList();
    }

    @Permission(value = Action.HOST_CHANGE, byMethod = true, orEnrolment = true)
    @POST
    @Path("{host}/keys")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Register a key of a host",
            description =
                    "The agent writes its public key beside its signing key, to a file with the suffix .pub. From then"
                            + " on, the reports that the host signs with it count. An enrolment code of the host is enough;"
                            + " it can be used for one key")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = HostKeyRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "Registered",
            content = @Content(schema = @Schema(implementation = HostKeyDetail.class)))
    @APIResponse(
            responseCode = "200",
            description = "It was registered before",
            content = @Content(schema = @Schema(implementation = HostKeyDetail.class)))
    @APIResponse(
            responseCode = "409",
            description = "Another host has this key, it was revoked, or the host has too many keys")
    public Response register(@PathParam("host") String host, InputStream body) {
        Optional<HostEnrolments.Enrolment> enrolment = caller.enrolment();
        if (enrolment.filter(it -> it.host().equals(host)).isEmpty()) {
            caller.require(
                    Action.HOST_CHANGE,
                    tx -> Resource.INSTALLATION,
                    Optional.of("register " + Parameters.text("host", host)));
        }
        // Not as HostKeyRequest, which would drop the private part that VerificationKey refuses.
        JsonNode jwk = RequestBody.read(body, JsonNode.class).request();
        VerificationKey key = key(jwk);
        HostKeys.Registration result = enrolment
                .map(it -> enrolments.register(caller.get(), it, key))
                .orElseGet(() -> keys.register(caller.get().principal(), Parameters.text("host", host), key));
        return switch (result) {
            case HostKeys.Registration.Registered registered ->
                Response.status(registered.created() ? 201 : 200)
                        .entity(detail(registered.key()))
                        .build();
            case HostKeys.Registration.UnknownHost unknown -> throw HostsResource.unknown();
            case HostKeys.Registration.Refused refused ->
                throw new ProblemException(409, ErrorCode.INVALID_FIELD, refused.reason());
        };
    }

    @Permission(Action.HOST_CHANGE)
    @DELETE
    @Path("{host}/keys/{key}")
    @Operation(summary = "Revoke a key of a host; reports that are signed with it no longer count")
    @APIResponse(responseCode = "204", description = "Revoked")
    public void revoke(@PathParam("host") String host, @PathParam("key") String id) {
        if (!keys.revoke(caller.get().principal(), Parameters.text("host", host), Parameters.text("key", id))) {
            throw new ProblemException(
                    404,
                    ErrorCode.NOT_FOUND,
                    "the host has no key with this id; list its keys with 'perennial host keys'");
        }
    }

    private static VerificationKey key(JsonNode jwk) {
        try {
            return VerificationKey.parse(jwk.toString());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, "the body: " + e.getMessage());
        }
    }

    static HostKeyDetail detail(HostKey key) {
        return new HostKeyDetail(
                key.id(), key.host(), key.registeredBy(), key.registeredAt(), key.revokedAt(), key.revokedBy());
    }
}
