package dev.perennial.orders.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.acme.AccountChanges;
import dev.perennial.acme.Issuers;
import dev.perennial.api.IssuerChangeDetail;
import dev.perennial.api.IssuerDetail;
import dev.perennial.api.WaitingChange;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.approvals.ChangeResult;
import dev.perennial.orders.approvals.IssuerApprovals;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.IssuerChange;
import dev.perennial.orders.issuer.IssuerChanges;
import dev.perennial.orders.issuer.IssuerChanges.Outcome;
import dev.perennial.orders.issuer.IssuerReader;
import dev.perennial.orders.issuer.IssuerTable;
import dev.perennial.orders.issuer.StoredIssuer;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.logging.Logger;

/** The issuers of this installation, and their ACME accounts. */
@Path("issuers")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class IssuersResource {
    private static final Logger LOG = Logger.getLogger(IssuersResource.class);

    private final Database database;
    private final Issuers issuers;
    private final IssuerApprovals changes;
    private final AccountChanges accountChanges;
    private final CurrentCaller caller;

    @Inject
    IssuersResource(
            Database database,
            Issuers issuers,
            IssuerApprovals changes,
            AccountChanges accountChanges,
            CurrentCaller caller) {
        this.database = database;
        this.issuers = issuers;
        this.changes = changes;
        this.accountChanges = accountChanges;
        this.caller = caller;
    }

    @Permission(Action.ISSUER_READ)
    @GET
    @Operation(summary = "List all issuers by name")
    public List<IssuerDetail> issuers() {
        return database.inTransaction(tx -> new IssuerTable(tx).all()).stream()
                .map(IssuerMapping::detail)
                .toList();
    }

    @Permission(Action.ISSUER_READ)
    @GET
    @Path("{issuer}")
    @Operation(summary = "One issuer")
    @APIResponse(
            responseCode = "200",
            description = "The issuer",
            headers = @Header(name = "ETag", description = "The revision", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = IssuerDetail.class)))
    public Response issuer(@PathParam("issuer") String name) {
        return response(
                200,
                database.inTransaction(tx -> new IssuerTable(tx).find(require(name)))
                        .orElseThrow(() -> unknown()));
    }

    @Permission(Action.ISSUER_CHANGE)
    @PUT
    @Path("{issuer}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create an issuer, or replace its settings",
            description = "Absent fields get their defaults. The directory of an issuer cannot change."
                    + " No field takes a secret: external account bindings are in Vault, at eabPath")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(ref = ApiDescriptionFilter.ISSUER_REQUEST)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            headers = @Header(name = "ETag", description = "The revision", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = IssuerDetail.class)))
    @APIResponse(
            responseCode = "200",
            description = "Replaced, or unchanged",
            headers = @Header(name = "ETag", description = "The revision", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = IssuerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "With four eyes: it waits for the approval of another admin; Location leads to it",
            headers = @Header(name = "Location", schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content = @Content(schema = @Schema(implementation = WaitingChange.class)))
    @APIResponse(
            responseCode = "403",
            description = "The grant does not cover this issuer, a fallback, or the one for rehearsals")
    @APIResponse(responseCode = "409", description = "The issuers file manages this issuer")
    @APIResponse(responseCode = "412", description = "The issuer has another revision than the one in If-Match")
    @APIResponse(responseCode = "422", description = "The settings are not valid")
    public Response put(
            @PathParam("issuer") String name, @HeaderParam("If-Match") Optional<String> revision, InputStream body) {
        IssuerSettings settings = settings(name, body);
        // Its orders are sent to these issuers too.
        Stream.concat(settings.fallbacks().stream(), settings.rehearsal().stream())
                .filter(ResourceName::isValid)
                .forEach(other -> caller.require(Action.ISSUER_CHANGE, Resource.issuer(other)));
        return switch (changes.put(caller.get(), settings, Parameters.revision(revision))) {
            case ChangeResult.Applied<Outcome>(IssuerChanges.Stored stored) ->
                response(stored.created() ? 201 : 200, stored.issuer());
            case ChangeResult.Applied<Outcome>(IssuerChanges.Refused refused) -> throw refusal(refused);
            case ChangeResult.Applied<Outcome>(IssuerChanges.Deleted deleted) ->
                throw new IllegalStateException("a put never deletes");
            case ChangeResult.Waiting<Outcome> waiting -> ApprovalMapping.response(waiting.approval());
            case ChangeResult.Refused<Outcome> refused -> throw new ProblemException(422, List.of(refused.problem()));
        };
    }

    @Permission(Action.ISSUER_CHANGE)
    @DELETE
    @Path("{issuer}")
    @Operation(summary = "Delete an issuer that is not in use")
    @APIResponse(responseCode = "204", description = "Deleted; its account at the CA and in Vault stays")
    @APIResponse(
            responseCode = "202",
            description = "With four eyes: it waits for the approval of another admin; Location leads to it",
            headers = @Header(name = "Location", schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content = @Content(schema = @Schema(implementation = WaitingChange.class)))
    @APIResponse(
            responseCode = "409",
            description = "Certificates or other issuers use it, or the issuers file manages it")
    @APIResponse(responseCode = "412", description = "The issuer has another revision than the one in If-Match")
    public Response delete(@PathParam("issuer") String name, @HeaderParam("If-Match") Optional<String> revision) {
        return switch (changes.delete(caller.get(), require(name), Parameters.revision(revision))) {
            case ChangeResult.Applied<Outcome>(IssuerChanges.Deleted deleted) ->
                Response.noContent().build();
            case ChangeResult.Applied<Outcome>(IssuerChanges.Refused refused) -> throw refusal(refused);
            case ChangeResult.Applied<Outcome>(IssuerChanges.Stored stored) ->
                throw new IllegalStateException("a deletion never stores");
            case ChangeResult.Waiting<Outcome> waiting -> ApprovalMapping.response(waiting.approval());
            case ChangeResult.Refused<Outcome> refused -> throw new ProblemException(422, List.of(refused.problem()));
        };
    }

    @Permission(Action.ISSUER_READ)
    @GET
    @Path("{issuer}/changes")
    @Operation(summary = "List the changes of an issuer, the newest first; also of a deleted one")
    public List<IssuerChangeDetail> changes(@PathParam("issuer") String name) {
        List<IssuerChange> audit = database.inTransaction(tx -> new IssuerTable(tx).changes(require(name)));
        if (audit.isEmpty()) {
            throw unknown();
        }
        return audit.stream().map(IssuerMapping::change).toList();
    }

    @Permission(Action.ISSUER_CHANGE)
    @POST
    @Path("{issuer}/account/key-rollover")
    @Operation(summary = "Replace the key of the account at the CA (RFC 8555 section 7.3.5)")
    @APIResponse(responseCode = "204", description = "The new key is in use")
    public void rollOver(@PathParam("issuer") String issuer) {
        changeAccount(issuer, "key rollover", accountChanges::rollOver);
    }

    @Permission(Action.ISSUER_CHANGE)
    @DELETE
    @Path("{issuer}/account")
    @Operation(summary = "Deactivate the account at the CA permanently (RFC 8555 section 7.3.6)")
    @APIResponse(responseCode = "204", description = "Deactivated")
    public void deactivate(@PathParam("issuer") String issuer) {
        changeAccount(issuer, "deactivation", accountChanges::deactivate);
    }

    private void changeAccount(String issuer, String what, Consumer<String> change) {
        if (issuers.find(issuer).isEmpty()) {
            throw unknown();
        }
        LOG.infof("%s of the account at the issuer %s was requested over REST", what, issuer);
        try {
            change.accept(issuer);
        } catch (RetryLater e) {
            throw new ProblemException(503, List.of(e.problem()));
        }
    }

    private static Response response(int status, StoredIssuer issuer) {
        return Response.status(status)
                .tag(Long.toString(issuer.revision()))
                .entity(IssuerMapping.detail(issuer))
                .build();
    }

    private static IssuerSettings settings(String name, InputStream body) {
        byte[] bytes = RequestBody.bytes(body, EventCodec.MAX_BYTES);
        try {
            JsonNode written = EventCodec.mapper().readTree(bytes);
            return IssuerReader.read(name, written);
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (IssuerReader.Unreadable e) {
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PostgreSQL does not store NUL, so that there is no issuer with such a name. */
    private static String require(String name) {
        if (name.indexOf('\0') >= 0) {
            throw unknown();
        }
        return name;
    }

    private static ProblemException unknown() {
        return new ProblemException(404, ErrorCode.UNKNOWN_ISSUER, "there is no issuer with this name");
    }

    private static ProblemException refusal(IssuerChanges.Refused refused) {
        Problem first = refused.problems().getFirst();
        int status =
                switch (first.code()) {
                    case UNKNOWN_ISSUER -> 404;
                    case ISSUER_MANAGED_BY_FILE, ISSUER_IN_USE -> 409;
                    case ISSUER_CHANGED -> 412;
                    default -> 422;
                };
        return new ProblemException(status, refused.problems());
    }
}
