package dev.perennial.orders.http;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Uuids;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.requests.CertificateRequests;
import dev.perennial.orders.requests.CertificateSubmission;
import dev.perennial.orders.requests.RequestResult;
import dev.perennial.orders.revocation.Revocation;
import dev.perennial.orders.revocation.RevocationTable;
import dev.perennial.orders.status.StatusTable;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.Renewable;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jdbi.v3.core.Handle;

/** Certificates over HTTP. */
@Path("certificates")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class CertificatesResource {
    static final String SOURCE = "rest";
    private static final int MAX_LIMIT = 500;
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final CertificateRequests certificateRequests;
    private final Database database;
    private final RenewalPlanner planner;

    @Inject
    CertificatesResource(CertificateRequests certificateRequests, Database database, RenewalPlanner planner) {
        this.planner = planner;
        this.certificateRequests = certificateRequests;
        this.database = database;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Ask for a certificate to be kept alive")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = CertificateRequested.class)))
    @APIResponse(
            responseCode = "202",
            description = "Taken; follow it at the Location",
            content = @Content(schema = @Schema(implementation = View.Accepted.class)))
    public Response request(@HeaderParam("Idempotency-Key") Optional<String> key, InputStream stream) {
        RequestBody<CertificateRequested> body = RequestBody.read(stream, CertificateRequested.class);
        RequestResult answer = certificateRequests.hear(new CertificateSubmission(
                SOURCE,
                requestId(key),
                Optional.of(body.digest()),
                true,
                body.request(),
                Spans.traceparent(Context.current())));
        return switch (answer) {
            case RequestResult.Accepted it ->
                Response.accepted(new View.Accepted(it.certificateId(), it.orderId(), it.disposition()))
                        // Relative to the application's path.
                        .location(URI.create("certificates/" + it.certificateId()))
                        .build();
            case RequestResult.Refused it -> throw new ProblemException(422, it.problems());
        };
    }

    @GET
    @Operation(summary = "Look for certificates; every criterion given must hold")
    @APIResponse(
            responseCode = "200",
            description =
                    "A page: with expiresBefore the soonest to expire first, else in the order in which they were first asked for",
            content = @Content(schema = @Schema(implementation = View.Page.class)))
    public View.Page list(
            @QueryParam("name") Optional<String> name,
            @Parameter(description = "A part of the name, in any case; three letters or digits in a row at least")
                    @QueryParam("nameContains")
                    Optional<String> nameContains,
            @QueryParam("owner") Optional<String> owner,
            @QueryParam("state") Optional<String> state,
            @Parameter(description = "A DNS name or an IP address that it covers, itself or through a wildcard")
                    @QueryParam("identifier")
                    Optional<String> identifier,
            @QueryParam("expiresBefore") Optional<String> expiresBefore,
            @QueryParam("limit") @DefaultValue("50") String limit,
            @QueryParam("cursor") Optional<String> cursor) {
        InventoryQuery query = new InventoryQuery(
                name.map(value -> text("name", value)),
                nameContains.map(CertificatesResource::part),
                owner.map(value -> text("owner", value)),
                state.map(CertificatesResource::state),
                identifier.map(CertificatesResource::identifier),
                expiresBefore.map(CertificatesResource::instant),
                cursor.map(text -> Cursor.read(text, expiresBefore.isPresent())),
                limit(limit));
        return database.inTransaction(tx -> {
            List<Inventory.Listed> rows = new Inventory(tx).find(query);
            List<Certificate> certificates =
                    rows.stream().map(Inventory.Listed::certificate).toList();
            return View.Page.of(rows, renewals(tx, certificates), query);
        });
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One certificate: its orders, the newest first, and its story")
    @APIResponse(
            responseCode = "200",
            description = "Everything that is known",
            content = @Content(schema = @Schema(implementation = View.CertificateDetail.class)))
    public View.CertificateDetail get(@PathParam("id") String id) {
        CertificateId certificateId = id(id);
        return database.inTransaction(tx -> {
            Certificate certificate = new Certificates(tx).find(certificateId).orElseThrow(() -> unknown(id));
            List<StoredOrder> orders = new Orders(tx).of(certificateId);
            return new View.CertificateDetail(
                    View.CertificateSummary.of(
                            certificate,
                            orders.getFirst().purpose(),
                            StateName.of(orders.getFirst().state()),
                            orders.getFirst().waiting(),
                            Optional.ofNullable(
                                    renewals(tx, List.of(certificate)).get(certificateId))),
                    orders.stream().map(View.OrderDetail::of).toList(),
                    issued(tx, certificate),
                    new Timeline(tx).of(certificateId));
        });
    }

    private Map<CertificateId, View.Renewal> renewals(Handle tx, List<Certificate> certificates) {
        Map<CertificateId, String> served = new HashMap<>();
        certificates.forEach(it -> it.issued().ifPresent(issued -> served.put(it.id(), issued.fingerprint())));
        Map<String, Renewable> renewable = new IssuedCertificates(tx).renewable(List.copyOf(served.values()));
        return certificates.stream()
                .filter(it -> it.retired().isEmpty() && renewable.containsKey(served.getOrDefault(it.id(), "")))
                .collect(Collectors.toMap(
                        Certificate::id, it -> View.Renewal.of(planner, it, renewable.get(served.get(it.id())))));
    }

    private static List<View.IssuedDetail> issued(Handle tx, Certificate certificate) {
        Map<String, Revocation> revocations = new RevocationTable(tx)
                .of(certificate.id()).stream().collect(Collectors.toMap(Revocation::fingerprint, row -> row));
        Map<String, StatusTable.Row> statuses = new StatusTable(tx)
                .of(certificate.id()).stream().collect(Collectors.toMap(StatusTable.Row::fingerprint, row -> row));
        Optional<String> inUse = certificate.issued().map(Certificate.CurrentVersion::fingerprint);
        return new IssuedCertificates(tx)
                .of(certificate.id()).stream()
                        .map(issued -> View.IssuedDetail.of(
                                issued,
                                inUse.filter(issued.fingerprint()::equals).isPresent(),
                                Optional.ofNullable(revocations.get(issued.fingerprint())),
                                Optional.ofNullable(statuses.get(issued.fingerprint()))))
                        .toList();
    }

    /** What the caller calls its request, or a name for one that is not called anything. */
    static String requestId(Optional<String> idempotencyKey) {
        idempotencyKey.filter(value -> !KEY.matcher(value).matches()).ifPresent(value -> {
            throw new ProblemException(
                    400, ErrorCode.INVALID_FIELD, "header 'Idempotency-Key': 1 to 255 printable ASCII characters");
        });
        return idempotencyKey.orElseGet(() -> Uuids.next().toString());
    }

    static CertificateId id(String text) {
        try {
            return CertificateId.of(text);
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
    }

    static ProblemException unknown(String id) {
        return new ProblemException(404, ErrorCode.NOT_FOUND, "there is no certificate " + id);
    }

    private static String text(String parameter, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new ProblemException(
                    400, ErrorCode.INVALID_FIELD, "parameter '" + parameter + "': NUL is in no name");
        }
        return value;
    }

    private static String part(String value) {
        if (!InventoryQuery.isSearchable(value)) {
            throw new ProblemException(
                    400,
                    ErrorCode.INVALID_FIELD,
                    "parameter 'nameContains': three letters or digits in a row at least");
        }
        return text("nameContains", value);
    }

    private static Identifier identifier(String value) {
        try {
            return Identifier.of(value);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    400, ErrorCode.INVALID_FIELD, "parameter 'identifier': a DNS name or an IP address");
        }
    }

    private static StateName state(String text) {
        return Arrays.stream(StateName.values())
                .filter(name -> name.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        400,
                        ErrorCode.INVALID_FIELD,
                        "parameter 'state': one of " + Arrays.toString(StateName.values())));
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ProblemException(
                    400, ErrorCode.INVALID_FIELD, "parameter 'expiresBefore': a time like 2027-01-31T00:00:00Z");
        }
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new ProblemException(400, ErrorCode.INVALID_FIELD, "parameter 'limit': a number from 1 to " + MAX_LIMIT);
    }
}
