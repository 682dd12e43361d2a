package dev.perennial.orders.http;

import dev.perennial.acme.Issuers;
import dev.perennial.api.DiagnosisDetail;
import dev.perennial.api.DoctorRequest;
import dev.perennial.events.DnsName;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.access.PrincipalLimit;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.doctor.Diagnosis;
import dev.perennial.orders.doctor.Doctor;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.requests.DefaultsConfig;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Resource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Diagnoses issuers and names. */
@Path("doctor")
@Produces(MediaType.APPLICATION_JSON)
public class DoctorResource {
    private static final int MAX_BYTES = 4096;
    /** A diagnosis sends requests to several CAs, which limit them. */
    private static final int PER_MINUTE = 30;

    private final CurrentCaller caller;
    private final Database database;
    private final Doctor doctor;
    private final Issuers issuers;
    private final DefaultsConfig defaults;
    private final Clock clock;
    private final PrincipalLimit limit = new PrincipalLimit(PER_MINUTE);

    @Inject
    DoctorResource(
            CurrentCaller caller,
            Database database,
            Doctor doctor,
            Issuers issuers,
            DefaultsConfig defaults,
            Clock clock) {
        this.caller = caller;
        this.database = database;
        this.doctor = doctor;
        this.issuers = issuers;
        this.defaults = defaults;
        this.clock = clock;
    }

    /** On a virtual thread, because it waits for other systems for up to half a minute. */
    @Permission(value = Action.CERTIFICATE_DIAGNOSE, byMethod = true)
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(
            summary = "Check every step on the way to a certificate",
            description =
                    "For the issuer, for the name at the issuer of its certificate or the default issuer, for both, or for every"
                            + " issuer if the body has neither. Takes up to perennial.doctor.timeout (30 s)")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = DoctorRequest.class)))
    @APIResponse(
            responseCode = "200",
            description = "One diagnosis for each subject",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = DiagnosisDetail.class)))
    @APIResponse(responseCode = "404", description = "The issuer does not exist")
    @APIResponse(responseCode = "429", description = "The principal has started too many diagnoses in this minute")
    public List<DiagnosisDetail> diagnose(InputStream body) {
        DoctorRequest request =
                RequestBody.read(body, DoctorRequest.class, MAX_BYTES).request();
        Optional<Identifier> identifier = request.name().map(DoctorResource::identifier);
        authorize(request, identifier);
        request.issuer().ifPresent(this::requireIssuer);
        requireCapacity();
        List<Diagnosis> found = new ArrayList<>();
        if (request.issuer().isPresent() || identifier.isEmpty()) {
            found.addAll(doctor.issuers(request.issuer().map(Set::of).orElseGet(issuers::names)));
        }
        identifier.ifPresent(name -> found.add(doctor.name(name, issuer(request, name))));
        return found.stream().map(DoctorMapping::detail).toList();
    }

    private void requireCapacity() {
        if (!limit.allows(caller.get().principal().id(), clock.instant())) {
            throw new ProblemException(
                    429,
                    ErrorCode.TOO_MANY_REQUESTS,
                    "a principal may start " + PER_MINUTE + " diagnoses in a minute; repeat the request in a minute");
        }
    }

    private void authorize(DoctorRequest request, Optional<Identifier> identifier) {
        Resource issuer = new Resource(
                Optional.empty(), Optional.empty(), request.issuer().filter(ResourceName::isValid));
        identifier.ifPresent(name ->
                caller.require(Action.CERTIFICATE_DIAGNOSE, ownCertificate(name).orElse(issuer)));
        if (request.issuer().isPresent() || identifier.isEmpty()) {
            caller.require(Action.ISSUER_DIAGNOSE, issuer);
        }
    }

    /** A name belongs to an owner only through a certificate. */
    private Optional<Resource> ownCertificate(Identifier name) {
        List<Grant> grants = AccessRules.granting(caller.get().principal(), Action.CERTIFICATE_DIAGNOSE);
        return database.inTransaction(tx -> new Inventory(tx).find(InventoryQuery.covering(name, grants))).stream()
                .map(listed -> listed.certificate().resource())
                .findFirst();
    }

    /** Its records permit the CA of the certificate, which may not be the default one. */
    private String issuer(DoctorRequest request, Identifier name) {
        String issuer = request.issuer()
                .or(() -> ownCertificate(name).flatMap(Resource::issuer).filter(issuers.names()::contains))
                .orElseGet(defaults::defaultIssuer);
        requireIssuer(issuer);
        return issuer;
    }

    private void requireIssuer(String issuer) {
        if (!issuers.names().contains(issuer)) {
            throw new ProblemException(
                    404,
                    ErrorCode.UNKNOWN_ISSUER,
                    "field 'issuer': there is no issuer '" + issuer + "'; there are " + new TreeSet<>(issuers.names()));
        }
    }

    private static Identifier identifier(String name) {
        try {
            return IpAddress.is(name) ? Identifier.ip(IpAddress.parse(name)) : Identifier.dns(DnsName.parse(name));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, "field 'name': " + e.getMessage());
        }
    }
}
