package dev.perennial.orders.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.perennial.acme.Issuers;
import dev.perennial.events.DnsName;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import dev.perennial.orders.doctor.Diagnosis;
import dev.perennial.orders.doctor.Doctor;
import dev.perennial.orders.requests.DefaultsConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The connectivity test. */
@Path("doctor")
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class DoctorResource {
    private static final int MOST_BYTES = 4096;

    private final Doctor doctor;
    private final Issuers issuers;
    private final DefaultsConfig defaults;

    @Inject
    DoctorResource(Doctor doctor, Issuers issuers, DefaultsConfig defaults) {
        this.doctor = doctor;
        this.issuers = issuers;
        this.defaults = defaults;
    }

    /**
     * What to look at.
     *
     * @param issuer its name
     * @param name a DNS name, a wildcard or an IP address
     */
    @Schema(name = "DoctorRequest")
    public record Question(Optional<String> issuer, Optional<String> name) {}

    /** On a virtual thread: it waits for others for half a minute. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(
            summary = "Look at every hop between here and a certificate",
            description =
                    "Of the issuer, of the name at the default issuer, of both, or of every issuer where nothing is named."
                            + " Takes up to perennial.doctor.limit (30 s)")
    @org.eclipse.microprofile.openapi.annotations.parameters.RequestBody(
            required = true,
            content = @Content(schema = @Schema(implementation = Question.class)))
    public List<Diagnosis> examine(InputStream body) {
        Question question = read(body);
        Optional<Identifier> identifier = question.name().map(DoctorResource::identifier);
        question.issuer().ifPresent(this::requireIssuer);
        List<Diagnosis> found = new ArrayList<>();
        if (question.issuer().isPresent() || identifier.isEmpty()) {
            found.addAll(doctor.issuers(question.issuer().map(Set::of).orElseGet(issuers::names)));
        }
        identifier.ifPresent(name -> found.add(doctor.name(name, issuer(question))));
        return found;
    }

    private String issuer(Question question) {
        String issuer = question.issuer().orElseGet(defaults::defaultIssuer);
        requireIssuer(issuer);
        return issuer;
    }

    private static Question read(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new ProblemException(413, ErrorCode.TOO_LARGE, "the body has more than " + MOST_BYTES + " bytes");
            }
            Question question = EventCodec.mapper().readValue(bytes, Question.class);
            if (question == null) {
                throw new ProblemException(
                        400, ErrorCode.MALFORMED_JSON, "the body is JSON null; {} asks for every issuer");
            }
            return question;
        } catch (JsonMappingException e) {
            throw new ProblemException(422, ErrorCode.INVALID_FIELD, EventCodec.describe(e));
        } catch (JsonProcessingException e) {
            throw new ProblemException(400, ErrorCode.MALFORMED_JSON, EventCodec.describe(e));
        } catch (IOException e) {
            throw new UncheckedIOException("the caller stopped sending", e);
        }
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
