package dev.perennial.orders.http;

import dev.perennial.api.AcceptedRequest;
import dev.perennial.api.CertificateDetail;
import dev.perennial.api.CertificatePage;
import dev.perennial.api.CertificateState;
import dev.perennial.api.IssuedDetail;
import dev.perennial.api.RenewalDetail;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.Identifier;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.requests.CertificateRequests;
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
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Resource;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jdbi.v3.core.Handle;

/** Certificates over HTTP. */
@Path("certificates")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
public class CertificatesResource {
    private static final int MAX_LIMIT = 500;

    private final CurrentCaller caller;
    private final CurrentPolicy policy;
    private final CertificateRequests certificateRequests;
    private final Database database;
    private final RenewalPlanner planner;

    @Inject
    CertificatesResource(
            CurrentCaller caller,
            CertificateRequests certificateRequests,
            Database database,
            RenewalPlanner planner,
            CurrentPolicy policy) {
        this.policy = policy;
        this.caller = caller;
        this.planner = planner;
        this.certificateRequests = certificateRequests;
        this.database = database;
    }

    @Permission(value = Action.CERTIFICATE_REQUEST, byMethod = true)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Request a certificate that is renewed until it is retired")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = CertificateRequested.class)))
    @APIResponse(
            responseCode = "202",
            description =
                    "Accepted; Location has the progress: the certificate, or the approval for which the request waits",
            headers = @Header(name = "Location", schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content = @Content(schema = @Schema(implementation = AcceptedRequest.class)))
    public Response request(@HeaderParam("Idempotency-Key") Optional<String> key, InputStream stream) {
        RequestBody<CertificateRequested> body = RequestBody.read(stream, CertificateRequested.class);
        SubmissionResult<AcceptedOrder> result = certificateRequests.submit(new Submission<>(
                caller.get(),
                caller.source(),
                Parameters.requestId(key),
                Optional.of(body.digest()),
                true,
                Spans.traceparent(Context.current()),
                body.request()));
        return switch (result) {
            case SubmissionResult.Accepted<AcceptedOrder>(AcceptedOrder it) ->
                Response.accepted(AcceptedRequest.of(it.certificateId(), it.orderId(), it.disposition()))
                        // Relative to the application's path.
                        .location(URI.create("certificates/" + it.certificateId()))
                        .build();
            case SubmissionResult.Waiting<AcceptedOrder> it ->
                Response.accepted(AcceptedRequest.waiting(ApprovalMapping.waiting(it.approval())))
                        .location(ApprovalMapping.location(it.approval()))
                        .build();
            case SubmissionResult.Refused<AcceptedOrder> it -> throw ProblemException.of(it.problems());
        };
    }

    @Permission(value = Action.CERTIFICATE_READ, byMethod = true)
    @GET
    @Operation(summary = "List certificates that match every given criterion")
    @APIResponse(
            responseCode = "200",
            description = "A page, in order of expiry with expiresBefore, otherwise in order of the first request",
            content = @Content(schema = @Schema(implementation = CertificatePage.class)))
    public CertificatePage list(
            @QueryParam("name") Optional<String> name,
            @Parameter(description = "Part of the name, case-insensitive; at least three consecutive letters or digits")
                    @QueryParam("nameContains")
                    Optional<String> nameContains,
            @QueryParam("owner") Optional<String> owner,
            @Parameter(
                            description = "The state of the latest order",
                            schema = @Schema(implementation = CertificateState.class))
                    @QueryParam("state")
                    Optional<String> state,
            @Parameter(description = "A DNS name or an IP address that the certificate covers, also by a wildcard")
                    @QueryParam("identifier")
                    Optional<String> identifier,
            @Parameter(schema = @Schema(type = SchemaType.STRING, format = "date-time")) @QueryParam("expiresBefore")
                    Optional<String> expiresBefore,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "500", defaultValue = "50"))
                    @QueryParam("limit")
                    @DefaultValue("50")
                    String limit,
            @Parameter(description = "The field next of the previous page of the same query") @QueryParam("cursor")
                    Optional<String> cursor) {
        InventoryQuery query = new InventoryQuery(
                name.map(value -> Parameters.text("name", value)),
                nameContains.map(CertificatesResource::namePart),
                owner.map(value -> Parameters.text("owner", value)),
                state.map(CertificatesResource::state),
                identifier.map(CertificatesResource::identifier),
                expiresBefore.map(text -> Parameters.time("expiresBefore", text)),
                cursor.map(text -> Cursor.read(text, expiresBefore.isPresent())),
                Parameters.number("limit", limit, 1, MAX_LIMIT),
                readable());
        return database.inTransaction(tx -> {
            List<Inventory.Listed> rows = new Inventory(tx).find(query);
            List<Certificate> certificates =
                    rows.stream().map(Inventory.Listed::certificate).toList();
            return CertificateMapping.page(rows, renewals(tx, certificates), query);
        });
    }

    @Permission(Action.CERTIFICATE_READ)
    @GET
    @Path("{id}")
    @Operation(summary = "One certificate with its orders and its timeline")
    @APIResponse(
            responseCode = "200",
            description = "The certificate",
            content = @Content(schema = @Schema(implementation = CertificateDetail.class)))
    public CertificateDetail get(@PathParam("id") String id) {
        CertificateId certificateId = Parameters.certificateId(id);
        return database.inTransaction(tx -> {
            Certificate certificate =
                    new Certificates(tx).find(certificateId).orElseThrow(() -> Parameters.unknownCertificate(id));
            List<StoredOrder> orders = new Orders(tx).of(certificateId);
            return new CertificateDetail(
                    CertificateMapping.summary(
                            certificate,
                            orders.getFirst().purpose(),
                            StateName.of(orders.getFirst().state()),
                            orders.getFirst().waitProblem(),
                            Optional.ofNullable(
                                    renewals(tx, List.of(certificate)).get(certificateId))),
                    policy.read(tx).contacts(certificate.owner()),
                    orders.stream().map(CertificateMapping::order).toList(),
                    issued(tx, certificate),
                    new Timeline(tx)
                            .of(certificateId).stream()
                                    .map(CertificateMapping::timeline)
                                    .toList());
        });
    }

    private Map<CertificateId, RenewalDetail> renewals(Handle tx, List<Certificate> certificates) {
        Map<CertificateId, String> served = new HashMap<>();
        certificates.forEach(it -> it.issued().ifPresent(issued -> served.put(it.id(), issued.fingerprint())));
        Map<String, Renewable> renewable = new IssuedCertificates(tx).renewable(List.copyOf(served.values()));
        return certificates.stream()
                .filter(it -> it.retired().isEmpty() && renewable.containsKey(served.getOrDefault(it.id(), "")))
                .collect(Collectors.toMap(
                        Certificate::id,
                        it -> CertificateMapping.renewal(planner, it, renewable.get(served.get(it.id())))));
    }

    private static List<IssuedDetail> issued(Handle tx, Certificate certificate) {
        Map<String, Revocation> revocations = new RevocationTable(tx)
                .of(certificate.id()).stream().collect(Collectors.toMap(Revocation::fingerprint, row -> row));
        Map<String, StatusTable.Row> statuses = new StatusTable(tx)
                .of(certificate.id()).stream().collect(Collectors.toMap(StatusTable.Row::fingerprint, row -> row));
        Optional<String> inUse = certificate.issued().map(Certificate.CurrentVersion::fingerprint);
        return new IssuedCertificates(tx)
                .of(certificate.id()).stream()
                        .map(issued -> CertificateMapping.issued(
                                issued,
                                inUse.filter(issued.fingerprint()::equals).isPresent(),
                                Optional.ofNullable(revocations.get(issued.fingerprint())),
                                Optional.ofNullable(statuses.get(issued.fingerprint()))))
                        .toList();
    }

    /** The grants whose certificates are listed. */
    private List<Grant> readable() {
        List<Grant> grants = AccessRules.granting(caller.get().principal(), Action.CERTIFICATE_READ);
        if (grants.isEmpty()) {
            caller.require(Action.CERTIFICATE_READ, Resource.INSTALLATION);
        }
        return grants;
    }

    private static String namePart(String value) {
        if (!InventoryQuery.isSearchable(value)) {
            throw Parameters.invalid(
                    "parameter 'nameContains'", "at least three consecutive letters or digits are required");
        }
        return Parameters.text("nameContains", value);
    }

    private static Identifier identifier(String value) {
        try {
            return Identifier.of(value);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid("parameter 'identifier'", "a DNS name or an IP address is required");
        }
    }

    private static StateName state(String text) {
        return Arrays.stream(StateName.values())
                .filter(name -> name.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Parameters.invalid(
                        "parameter 'state'",
                        "one of " + Arrays.toString(StateName.values()).toLowerCase(Locale.ROOT) + " is required"));
    }
}
