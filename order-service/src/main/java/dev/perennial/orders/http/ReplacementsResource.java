package dev.perennial.orders.http;

import dev.perennial.api.ReplacementDetail;
import dev.perennial.api.ReplacementReportLine;
import dev.perennial.api.ReplacementRequest;
import dev.perennial.api.ThrottleRequest;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.replacement.PlanRequest;
import dev.perennial.orders.replacement.Replacements;
import dev.perennial.orders.replacement.Replacements.Outcome;
import dev.perennial.orders.replacement.ReportLine;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.replacement.RunStateMachine;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Replaces many certificates according to a plan. */
@Path("replacements")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class ReplacementsResource {
    /** About 97,000 serial numbers of 20 octets in JSON. */
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final int MAX_LINES = 10_000;
    private static final String CSV = "text/csv";
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final CurrentCaller caller;
    private final Replacements replacements;

    @Inject
    ReplacementsResource(CurrentCaller caller, Replacements replacements) {
        this.caller = caller;
        this.replacements = replacements;
    }

    @Permission(Action.REPLACEMENT_PLAN)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Plan a replacement or a drill; nothing changes before the approval")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = ReplacementRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "The plan",
            headers = @Header(name = "Location", schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content = @Content(schema = @Schema(implementation = ReplacementDetail.class)))
    @APIResponse(responseCode = "422", description = "A field is not valid, or no certificate matches")
    public Response plan(InputStream body) {
        ReplacementDetail planned =
                detail(replacements.plan(planRequest(body), caller.get().initiator()));
        return Response.status(201)
                .entity(planned)
                .location(URI.create("replacements/" + planned.id()))
                .build();
    }

    @Permission(Action.REPLACEMENT_READ)
    @GET
    @Operation(summary = "List replacements, the newest first, at most a hundred")
    public List<ReplacementDetail> list() {
        return replacements.all().stream().map(ReplacementMapping::detail).toList();
    }

    @Permission(Action.REPLACEMENT_READ)
    @GET
    @Path("{id}")
    @Operation(summary = "One replacement with its plan and its progress; of a completed drill, the time to replace")
    public ReplacementDetail show(@PathParam("id") String id) {
        return replacements.find(id(id)).map(ReplacementMapping::detail).orElseThrow(ReplacementsResource::unknown);
    }

    @Permission(Action.REPLACEMENT_CONTROL)
    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @APIResponse(
            responseCode = "200",
            description = "The replacement",
            content = @Content(schema = @Schema(implementation = ReplacementDetail.class)))
    @APIResponse(responseCode = "409", description = "The state of the replacement does not allow it")
    @Operation(summary = "Change the number of orders in progress at the same time, also during the run")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = ThrottleRequest.class)))
    public ReplacementDetail throttle(@PathParam("id") String id, InputStream body) {
        int atOnce = RequestBody.read(body, ThrottleRequest.class, MAX_BYTES)
                .request()
                .atOnce();
        if (atOnce < 1 || atOnce > PlanRequest.MAX_AT_ONCE) {
            throw new ProblemException(
                    422,
                    ErrorCode.INVALID_FIELD,
                    "field 'atOnce': a number from 1 to " + PlanRequest.MAX_AT_ONCE + " is required");
        }
        return detail(replacements.throttle(id(id), atOnce));
    }

    @Permission(Action.REPLACEMENT_APPROVE)
    @POST
    @Path("{id}/approve")
    @Operation(
            summary = "Approve the plan and start the run; idempotent",
            description = "With four eyes, the principal that planned it is denied, except for a drill")
    @APIResponse(
            responseCode = "200",
            description = "The replacement",
            content = @Content(schema = @Schema(implementation = ReplacementDetail.class)))
    @APIResponse(responseCode = "409", description = "It has ended, or its plan has expired")
    public ReplacementDetail approve(@PathParam("id") String id) {
        return detail(replacements.approve(id(id), caller.get()));
    }

    @Permission(Action.REPLACEMENT_CONTROL)
    @POST
    @Path("{id}/pause")
    @Operation(summary = "Stop releasing orders; those in progress continue")
    @APIResponse(
            responseCode = "200",
            description = "The replacement",
            content = @Content(schema = @Schema(implementation = ReplacementDetail.class)))
    @APIResponse(responseCode = "409", description = "The state of the replacement does not allow it")
    public ReplacementDetail pause(@PathParam("id") String id) {
        return detail(replacements.apply(id(id), RunStateMachine.Command.PAUSE));
    }

    @Permission(Action.REPLACEMENT_CONTROL)
    @POST
    @Path("{id}/resume")
    @Operation(summary = "Resume after a pause; earlier failures no longer count")
    @APIResponse(
            responseCode = "200",
            description = "The replacement",
            content = @Content(schema = @Schema(implementation = ReplacementDetail.class)))
    @APIResponse(responseCode = "409", description = "The state of the replacement does not allow it")
    public ReplacementDetail resume(@PathParam("id") String id) {
        return detail(replacements.apply(id(id), RunStateMachine.Command.RESUME));
    }

    @Permission(Action.REPLACEMENT_CONTROL)
    @POST
    @Path("{id}/cancel")
    @Operation(summary = "End the run; orders in progress continue")
    @APIResponse(
            responseCode = "200",
            description = "The replacement",
            content = @Content(schema = @Schema(implementation = ReplacementDetail.class)))
    @APIResponse(responseCode = "409", description = "The state of the replacement does not allow it")
    public ReplacementDetail cancel(@PathParam("id") String id) {
        return detail(replacements.apply(id(id), RunStateMachine.Command.CANCEL));
    }

    @Permission(Action.REPLACEMENT_READ)
    @GET
    @Path("{id}/report")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "List the result for each certificate, in the order of the plan")
    public List<ReplacementReportLine> report(
            @PathParam("id") String id,
            @Parameter(
                            description = "The rank of the last line of the previous page",
                            schema = @Schema(type = SchemaType.INTEGER, minimum = "-1", defaultValue = "-1"))
                    @QueryParam("after")
                    @DefaultValue("-1")
                    String after,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "10000",
                                            defaultValue = "1000"))
                    @QueryParam("limit")
                    @DefaultValue("1000")
                    String limit) {
        return lines(id, Parameters.number("after", after, -1, Integer.MAX_VALUE), limit).stream()
                .map(ReplacementMapping::line)
                .toList();
    }

    @Permission(Action.REPLACEMENT_READ)
    @GET
    @Path("{id}/report.csv")
    @Produces(CSV)
    @Operation(summary = "The same as a page of CSV (RFC 4180); the first page has the header")
    public String csv(
            @PathParam("id") String id,
            @Parameter(
                            description = "The rank of the last line of the previous page",
                            schema = @Schema(type = SchemaType.INTEGER, minimum = "-1", defaultValue = "-1"))
                    @QueryParam("after")
                    @DefaultValue("-1")
                    String after,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "10000",
                                            defaultValue = "10000"))
                    @QueryParam("limit")
                    @DefaultValue("10000")
                    String limit) {
        int last = Parameters.number("after", after, -1, Integer.MAX_VALUE);
        return (last < 0 ? ReportLine.CSV_HEADER : "")
                + lines(id, last, limit).stream().map(ReportLine::csv).collect(Collectors.joining());
    }

    private List<ReportLine> lines(String id, int after, String limit) {
        return replacements
                .report(id(id), after, Parameters.number("limit", limit, 1, MAX_LINES))
                .orElseThrow(ReplacementsResource::unknown);
    }

    private static PlanRequest planRequest(InputStream body) {
        try {
            return ReplacementMapping.request(
                    RequestBody.read(body, ReplacementRequest.class, MAX_BYTES).request());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, e.getMessage());
        }
    }

    private static UUID id(String text) {
        if (!ID.matcher(text).matches()) {
            throw unknown();
        }
        return UUID.fromString(text);
    }

    private static ReplacementDetail detail(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored -> ReplacementMapping.detail(stored.replacement());
            case Outcome.Refused refused -> throw refusal(refused.problem());
            case Outcome.Unknown it -> throw unknown();
        };
    }

    private static ProblemException refusal(Problem problem) {
        int status =
                switch (problem.code()) {
                    case ACCESS_DENIED -> 403;
                    case REPLACEMENT_CONFLICT -> 409;
                    default -> 422;
                };
        return new ProblemException(status, List.of(problem));
    }

    private static ProblemException unknown() {
        return new ProblemException(404, ErrorCode.NOT_FOUND, "there is no replacement with this id");
    }
}
