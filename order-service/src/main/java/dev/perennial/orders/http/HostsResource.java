package dev.perennial.orders.http;

import dev.perennial.api.CreatedEnrolment;
import dev.perennial.api.HostDetail;
import dev.perennial.api.HostPage;
import dev.perennial.api.HostRequest;
import dev.perennial.api.HostSummary;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.hosts.HostEnrolments;
import dev.perennial.orders.hosts.Hosts;
import dev.perennial.orders.hosts.RegisteredHost;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.requests.Labels;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
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

/** The hosts that run an agent. */
@Path("hosts")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class HostsResource {
    private static final int MAX_PAGE = 500;

    /** The path of the list of all keys. */
    private static final String RESERVED = "keys";

    private final CurrentCaller caller;
    private final Hosts hosts;
    private final HostEnrolments enrolments;

    @Inject
    HostsResource(CurrentCaller caller, Hosts hosts, HostEnrolments enrolments) {
        this.caller = caller;
        this.hosts = hosts;
        this.enrolments = enrolments;
    }

    @Permission(Action.HOST_READ)
    @GET
    @Operation(summary = "List the hosts, ordered by name")
    public HostPage list(
            @QueryParam("after") Optional<String> after,
            @QueryParam("removed") @DefaultValue("false") String removed,
            @QueryParam("limit") @DefaultValue("100") String limit) {
        int size = Parameters.number("limit", limit, 1, MAX_PAGE);
        List<RegisteredHost> page = hosts.page(
                after.map(name -> Parameters.text("after", name)).orElse(""),
                Parameters.flag("removed", removed),
                size + 1);
        List<HostSummary> items =
                page.stream().limit(size).map(HostsResource::summary).toList();
        return new HostPage(
                items, page.size() > size ? Optional.of(items.getLast().name()) : Optional.empty());
    }

    @Permission(Action.HOST_READ)
    @GET
    @Path("{host}")
    @Operation(summary = "Show a host with its keys; also one that was removed")
    public HostDetail show(@PathParam("host") String host) {
        return hosts.find(Parameters.text("host", host))
                .map(HostsResource::detail)
                .orElseThrow(HostsResource::unknown);
    }

    @Permission(Action.HOST_CHANGE)
    @PUT
    @Path("{host}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Register a host, or replace its labels",
            description = "From then on, requests can name it as a target. A removed host is registered again; its keys"
                    + " stay revoked")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = HostRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "Registered",
            content = @Content(schema = @Schema(implementation = HostSummary.class)))
    @APIResponse(
            responseCode = "200",
            description = "It was registered before",
            content = @Content(schema = @Schema(implementation = HostSummary.class)))
    public Response put(@PathParam("host") String host, InputStream body) {
        HostRequest request = RequestBody.read(body, HostRequest.class).request();
        request.labels().map(Labels::problems).orElse(List.of()).stream()
                .findFirst()
                .ifPresent(problem -> {
                    throw invalid("field 'labels': " + problem);
                });
        Hosts.Put put = hosts.put(caller.get().principal(), valid(host), request.labels());
        return Response.status(put.created() ? 201 : 200)
                .entity(summary(put.host()))
                .build();
    }

    @Permission(Action.HOST_CHANGE)
    @POST
    @Path("{host}/enrolments")
    @Operation(
            summary = "Create the code with which the agent of a host registers one key",
            description =
                    "It can be used for 15 minutes, and cannot be read again. It replaces the former one of the host")
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = CreatedEnrolment.class)))
    public Response enrol(@PathParam("host") String host) {
        HostEnrolments.Created created = enrolments
                .create(caller.get().principal(), Parameters.text("host", host))
                .orElseThrow(HostsResource::unknown);
        return Response.status(201)
                .header("Cache-Control", "no-store")
                .entity(new CreatedEnrolment(created.code(), created.expiresAt()))
                .build();
    }

    @Permission(Action.HOST_CHANGE)
    @DELETE
    @Path("{host}")
    @Operation(
            summary = "Remove a host: requests cannot name it, and its reports no longer count",
            description = "Its keys are revoked at once and for good. This API does not end its rights in Vault, as"
                    + " 'perennial host remove' does, nor those on Kafka")
    @APIResponse(responseCode = "204", description = "Removed, or removed before")
    @APIResponse(
            responseCode = "409",
            description = "Certificates that are not retired name it, and 'force' is not true")
    public void remove(@PathParam("host") String host, @QueryParam("force") @DefaultValue("false") String force) {
        switch (hosts.remove(
                caller.get().principal(), Parameters.text("host", host), Parameters.flag("force", force))) {
            case Hosts.Removal.Removed removed -> {}
            case Hosts.Removal.Unknown unknown -> throw unknown();
            case Hosts.Removal.InUse inUse ->
                throw new ProblemException(
                        409,
                        ErrorCode.HOST_IN_USE,
                        "certificates that name the host and are not retired: " + inUse.certificates()
                                + "; request them" + " again without it, retire them, or force the removal");
        }
    }

    static ProblemException unknown() {
        return new ProblemException(
                404, ErrorCode.NOT_FOUND, "the host is not registered; correct the name, or register it first");
    }

    private static String valid(String host) {
        if (!ResourceName.isValid(host) || host.equals(RESERVED)) {
            throw invalid(
                    "the name of a host must match " + ResourceName.REGEX + " and must not be '" + RESERVED + "'");
        }
        return host;
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(422, ErrorCode.INVALID_FIELD, what);
    }

    private static HostDetail detail(Hosts.Detail found) {
        return new HostDetail(
                summary(found.host()),
                found.keys().stream().map(HostKeysResource::detail).toList(),
                found.certificates());
    }

    private static HostSummary summary(RegisteredHost host) {
        return new HostSummary(
                host.name(),
                host.labels(),
                host.registeredBy(),
                host.registeredAt(),
                host.removedAt(),
                host.removedBy());
    }
}
