package dev.perennial.orders.http;

import dev.perennial.api.ProblemDetails;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;

/** The general part of {@code /api/openapi}. */
@ApplicationPath("/api/v1")
@OpenAPIDefinition(
        components = @Components(schemas = @Schema(name = "ProblemDetails", implementation = ProblemDetails.class)),
        info =
                @Info(
                        title = "Perennial",
                        version = "1",
                        description =
                                "Request certificates that are renewed, deployed and proven automatically, and follow"
                                        + " their progress."),
        security = @SecurityRequirement(name = "bearer"))
@SecurityScheme(
        securitySchemeName = "bearer",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "A service token; see docs/operating/access.md")
public class ApiDescription extends Application {}
