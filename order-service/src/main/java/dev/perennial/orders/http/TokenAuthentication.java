package dev.perennial.orders.http;

import dev.perennial.api.ProblemDetails;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.database.Json;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Requires the bearer token for every path: public endpoints are on the management interface. It precedes routing, because the API
 * description is not a JAX-RS resource.
 */
@ApplicationScoped
class TokenAuthentication {
    private static final int FIRST = 1_000;

    private final BearerToken token;

    TokenAuthentication(RestConfig config) {
        this.token = BearerToken.read(config.tokenFile());
    }

    /** Makes the bean read the token file at start. */
    void start(@Observes StartupEvent event) {}

    void register(@Observes Filters filters) {
        filters.register(this::check, FIRST);
    }

    private void check(RoutingContext call) {
        if (token.matches(call.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            call.next();
            return;
        }
        call.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "Bearer")
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetails.MEDIA_TYPE)
                .end(Json.write(Problems.details(
                        401, ErrorCode.UNAUTHENTICATED, "header 'Authorization': a valid bearer token is required")));
    }
}
