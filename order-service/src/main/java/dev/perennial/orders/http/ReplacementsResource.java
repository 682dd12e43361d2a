package dev.perennial.orders.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Problem;
import dev.perennial.orders.replacement.PlanRequest;
import dev.perennial.orders.replacement.ReplacementView;
import dev.perennial.orders.replacement.Replacements;
import dev.perennial.orders.replacement.Replacements.Outcome;
import dev.perennial.orders.replacement.ReportLine;
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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Many certificates that are replaced according to a plan. */
@Path("replacements")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class ReplacementsResource {
    /** A hundred thousand serial numbers of 20 octets, with what JSON puts around them. */
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private static final int MOST_LINES = 10_000;
    private static final String CSV = "text/csv";
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Replacements replacements;

    @Inject
    ReplacementsResource(Replacements replacements) {
        this.replacements = replacements;
    }

    /** How many orders may be under way at once. */
    public record Throttle(@JsonProperty(required = true) int atOnce) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Plan a replacement, or a drill; nothing happens before it is approved")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = PlanRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "The plan",
            content = @Content(schema = @Schema(implementation = ReplacementView.class)))
    @APIResponse(responseCode = "422", description = "What is wrong with it, or that nothing fits")
    public Response plan(InputStream body) {
        ReplacementView planned = kept(replacements.plan(read(body, PlanRequest.class)));
        return Response.status(201)
                .entity(planned)
                .location(URI.create("replacements/" + planned.id()))
                .build();
    }

    @GET
    @Operation(summary = "The newest first, a hundred at most")
    public List<ReplacementView> list() {
        return replacements.all();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One with its plan, its progress and, of a drill that is over, the time to replace")
    public ReplacementView show(@PathParam("id") String id) {
        return replacements.find(id(id)).orElseThrow(ReplacementsResource::unknown);
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change how many orders may be under way at once, also while it runs")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = Throttle.class)))
    public ReplacementView throttle(@PathParam("id") String id, InputStream body) {
        int atOnce = read(body, Throttle.class).atOnce();
        if (atOnce < 1 || atOnce > PlanRequest.MOST_AT_ONCE) {
            throw new ProblemException(
                    422, ErrorCode.INVALID_FIELD, "field 'atOnce': 1 to " + PlanRequest.MOST_AT_ONCE);
        }
        return kept(replacements.throttle(id(id), atOnce));
    }

    @POST
    @Path("{id}/approve")
    @Operation(summary = "Let it run; said twice, it runs once")
    @APIResponse(responseCode = "409", description = "It is over, was approved before, or its plan is too old")
    public ReplacementView approve(@PathParam("id") String id) {
        return kept(replacements.tell(id(id), RunStateMachine.Order.APPROVE));
    }

    @POST
    @Path("{id}/pause")
    @Operation(summary = "Release no more; what is under way goes on")
    public ReplacementView pause(@PathParam("id") String id) {
        return kept(replacements.tell(id(id), RunStateMachine.Order.PAUSE));
    }

    @POST
    @Path("{id}/resume")
    @Operation(summary = "Go on; what went wrong before is not counted again")
    public ReplacementView resume(@PathParam("id") String id) {
        return kept(replacements.tell(id(id), RunStateMachine.Order.RESUME));
    }

    @POST
    @Path("{id}/cancel")
    @Operation(summary = "Never release another one; what is under way goes on")
    public ReplacementView cancel(@PathParam("id") String id) {
        return kept(replacements.tell(id(id), RunStateMachine.Order.CANCEL));
    }

    @GET
    @Path("{id}/report")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "What became of each certificate, in the order of the plan")
    public List<ReportLine> report(
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("-1") int after,
            @QueryParam("limit") @DefaultValue("1000") int limit) {
        if (limit < 1 || limit > MOST_LINES) {
            throw new ProblemException(400, ErrorCode.INVALID_FIELD, "parameter 'limit': 1 to " + MOST_LINES);
        }
        return replacements.report(id(id), after, limit).orElseThrow(ReplacementsResource::unknown);
    }

    @GET
    @Path("{id}/report.csv")
    @Produces(CSV)
    @Operation(summary = "The same for a spreadsheet, a page of it; the header comes with the first")
    public String csv(
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("-1") int after,
            @QueryParam("limit") @DefaultValue("10000") int limit) {
        return (after < 0 ? ReportLine.CSV_HEADER : "")
                + report(id, after, limit).stream().map(ReportLine::csv).collect(Collectors.joining());
    }

    private static <T> T read(InputStream body, Class<T> type) {
        try {
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new ProblemException(413, ErrorCode.TOO_LARGE, "the body has more than " + MOST_BYTES + " bytes");
            }
            return Optional.ofNullable(EventCodec.mapper().readValue(bytes, type))
                    .orElseThrow(() -> new ProblemException(400, ErrorCode.MALFORMED_JSON, "the body is JSON null"));
        } catch (JsonProcessingException e) {
            // What the records say of themselves is for the caller.
            String complaint =
                    e.getCause() instanceof IllegalArgumentException said ? said.getMessage() : EventCodec.describe(e);
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, complaint);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller stopped sending", e);
        }
    }

    private static UUID id(String text) {
        if (!ID.matcher(text).matches()) {
            throw unknown();
        }
        return UUID.fromString(text);
    }

    private static ReplacementView kept(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Kept kept -> kept.replacement();
            case Outcome.Refused refused -> throw refusal(refused.problem());
            case Outcome.Unknown it -> throw unknown();
        };
    }

    private static ProblemException refusal(Problem problem) {
        return new ProblemException(problem.code() == ErrorCode.REPLACEMENT_CONFLICT ? 409 : 422, List.of(problem));
    }

    private static ProblemException unknown() {
        return new ProblemException(404, ErrorCode.NOT_FOUND, "there is no such replacement");
    }
}
