package dev.perennial.orders.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jdbi.v3.core.Handle;

/** Certificates that nobody wants any more. */
@Path("certificates/{id}/retirement")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@APIResponse(
        responseCode = "default",
        description = "It did not work",
        content =
                @Content(
                        mediaType = ProblemDetails.MEDIA_TYPE,
                        schema = @Schema(implementation = ProblemDetails.class)))
public class RetirementResource {
    private static final int MOST = 500;

    private final Database database;
    private final Retirements retirements;
    private final Wakeups wakeups;

    @Inject
    RetirementResource(Database database, Retirements retirements, Wakeups wakeups) {
        this.database = database;
        this.retirements = retirements;
        this.wakeups = wakeups;
    }

    /** @param because shown to whoever wonders, 1 to 500 characters */
    public record Wish(@JsonProperty(required = true) String because) {}

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Do not renew the certificate any more; what is served stays, until it expires")
    @APIResponse(responseCode = "204", description = "It is retired")
    public void retire(@PathParam("id") String id, Wish wish) {
        if (wish == null
                || wish.because().isBlank()
                || wish.because().length() > MOST
                || wish.because().indexOf('\0') >= 0) {
            throw new ProblemException(400, ErrorCode.INVALID_FIELD, "field 'because': 1 to " + MOST + " characters");
        }
        change(id, (tx, certificate) -> retirements.retire(tx, certificate, wish.because()));
    }

    @DELETE
    @Operation(summary = "Keep the certificate alive again")
    @APIResponse(responseCode = "204", description = "It is kept alive; what is due by now is done at once")
    public void revive(@PathParam("id") String id) {
        change(id, (tx, certificate) -> retirements.revive(tx, certificate, "somebody said so"));
    }

    private void change(String id, BiConsumer<Handle, Certificate> change) {
        database.inTransaction(tx -> {
            Certificate certificate = new Certificates(tx)
                    .lock(CertificatesResource.id(id))
                    .orElseThrow(() -> CertificatesResource.unknown(id));
            change.accept(tx, certificate);
            return certificate;
        });
        wakeups.factWritten().raise();
    }
}
