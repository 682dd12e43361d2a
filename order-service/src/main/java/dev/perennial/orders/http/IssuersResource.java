package dev.perennial.orders.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.acme.AccountChanges;
import dev.perennial.acme.Issuers;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.IssuerChange;
import dev.perennial.orders.issuer.IssuerChanges;
import dev.perennial.orders.issuer.IssuerChanges.Outcome;
import dev.perennial.orders.issuer.IssuerReader;
import dev.perennial.orders.issuer.IssuerTable;
import dev.perennial.orders.issuer.StoredIssuer;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** RFC 9110 section 8.8.3, and the bare number for people. */
    private static final Pattern REVISION = Pattern.compile("\"?(\\d{1,18})\"?");

    private final Database database;
    private final Issuers issuers;
    private final IssuerChanges changes;
    private final AccountChanges accountChanges;

    @Inject
    IssuersResource(Database database, Issuers issuers, IssuerChanges changes, AccountChanges accountChanges) {
        this.database = database;
        this.issuers = issuers;
        this.changes = changes;
        this.accountChanges = accountChanges;
    }

    @GET
    @Operation(summary = "All issuers, by name")
    public List<View.IssuerDetail> issuers() {
        return database.inTransaction(tx -> new IssuerTable(tx).all()).stream()
                .map(View.IssuerDetail::of)
                .toList();
    }

    @GET
    @Path("{issuer}")
    @Operation(summary = "One issuer; the header ETag has its revision")
    @APIResponse(
            responseCode = "200",
            description = "As it is now",
            content = @Content(schema = @Schema(implementation = View.IssuerDetail.class)))
    public Response issuer(@PathParam("issuer") String name) {
        return answer(
                200,
                database.inTransaction(tx -> new IssuerTable(tx).find(require(name)))
                        .orElseThrow(() -> unknown()));
    }

    @PUT
    @Path("{issuer}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Make an issuer, or replace its settings",
            description =
                    "What is absent from the body is as it is by default. The directory of an issuer never changes."
                            + " No field takes a secret: external account bindings are in Vault, at eabPath")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = IssuerSettings.class)))
    @APIResponse(responseCode = "201", description = "Made")
    @APIResponse(
            responseCode = "200",
            description = "Replaced, or as it was already",
            content = @Content(schema = @Schema(implementation = View.IssuerDetail.class)))
    @APIResponse(responseCode = "409", description = "It is described in the file that is applied at start")
    @APIResponse(responseCode = "412", description = "It has another revision than If-Match says")
    @APIResponse(responseCode = "422", description = "Everything that is wrong with it")
    public Response put(
            @PathParam("issuer") String name, @HeaderParam("If-Match") Optional<String> revision, InputStream body) {
        return switch (changes.put(settings(name, body), expected(revision))) {
            case IssuerChanges.Kept kept -> answer(kept.created() ? 201 : 200, kept.issuer());
            case IssuerChanges.Refused refused -> throw refusal(refused);
            case IssuerChanges.Deleted deleted -> throw new IllegalStateException("nothing was to be deleted");
        };
    }

    @DELETE
    @Path("{issuer}")
    @Operation(summary = "Delete an issuer that nobody names")
    @APIResponse(responseCode = "204", description = "It is gone; its account at the CA and in Vault is as it was")
    @APIResponse(
            responseCode = "409",
            description = "It is named by certificates or other issuers, or managed by the file")
    public void delete(@PathParam("issuer") String name, @HeaderParam("If-Match") Optional<String> revision) {
        Outcome outcome = changes.delete(require(name), expected(revision));
        if (outcome instanceof IssuerChanges.Refused refused) {
            throw refusal(refused);
        }
    }

    @GET
    @Path("{issuer}/changes")
    @Operation(summary = "Who changed an issuer and how, the newest first; also of one that is gone")
    public List<IssuerChange> changes(@PathParam("issuer") String name) {
        List<IssuerChange> audit = database.inTransaction(tx -> new IssuerTable(tx).changes(require(name)));
        if (audit.isEmpty()) {
            throw unknown();
        }
        return audit;
    }

    @POST
    @Path("{issuer}/account/key-rollover")
    @Operation(summary = "Give our account at the CA a new key (RFC 8555 section 7.3.5)")
    @APIResponse(responseCode = "204", description = "The new key is in use")
    public void rollOver(@PathParam("issuer") String issuer) {
        changeAccount(issuer, "key rollover", accountChanges::rollOver);
    }

    @DELETE
    @Path("{issuer}/account")
    @Operation(summary = "Deactivate our account at the CA for good (RFC 8555 section 7.3.6)")
    @APIResponse(responseCode = "204", description = "It is deactivated")
    public void deactivate(@PathParam("issuer") String issuer) {
        changeAccount(issuer, "deactivation", accountChanges::deactivate);
    }

    private void changeAccount(String issuer, String what, Consumer<String> change) {
        if (issuers.find(issuer).isEmpty()) {
            throw unknown();
        }
        LOG.infof("%s of the account at the issuer %s was asked for over REST", what, issuer);
        try {
            change.accept(issuer);
        } catch (RetryLater e) {
            throw new ProblemException(503, List.of(e.problem()));
        }
    }

    private static Response answer(int status, StoredIssuer issuer) {
        return Response.status(status)
                .tag(Long.toString(issuer.revision()))
                .entity(View.IssuerDetail.of(issuer))
                .build();
    }

    private static IssuerSettings settings(String name, InputStream body) {
        try {
            byte[] bytes = body.readNBytes(EventCodec.MAX_BYTES + 1);
            if (bytes.length > EventCodec.MAX_BYTES) {
                throw new ProblemException(
                        413, ErrorCode.TOO_LARGE, "the body has more than " + EventCodec.MAX_BYTES + " bytes");
            }
            JsonNode written = EventCodec.mapper().readTree(bytes);
            return IssuerReader.read(name, written);
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (IssuerReader.Unreadable e) {
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("the caller stopped sending", e);
        }
    }

    private static Optional<Long> expected(Optional<String> header) {
        return header.map(text -> {
            Matcher revision = REVISION.matcher(text.strip());
            if (!revision.matches()) {
                throw new ProblemException(
                        400,
                        ErrorCode.INVALID_FIELD,
                        "header 'If-Match': one revision, as ETag has it, for example \"7\"");
            }
            return Long.valueOf(revision.group(1));
        });
    }

    /** What cannot be a name is not asked for: PostgreSQL takes no NUL. */
    private static String require(String name) {
        if (name.indexOf('\0') >= 0) {
            throw unknown();
        }
        return name;
    }

    private static ProblemException unknown() {
        return new ProblemException(404, ErrorCode.UNKNOWN_ISSUER, "there is no such issuer");
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
