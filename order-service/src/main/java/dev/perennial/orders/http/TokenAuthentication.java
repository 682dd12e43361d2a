package dev.perennial.orders.http;

import dev.perennial.events.ErrorCode;
import dev.perennial.orders.database.Json;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Lets nobody in without the token, whatever the path: what is open to everybody lives on the management interface. In
 * front of routing, because the API description is no JAX-RS resource.
 */
@ApplicationScoped
class TokenAuthentication {
    private static final int FIRST = 1_000;

    private final BearerToken token;

    TokenAuthentication(RestConfig config) {
        this.token = BearerToken.read(config.tokenFile());
    }

    /** Reads the token file before anything is served. */
    void start(@Observes StartupEvent event) {}

    void register(@Observes Filters filters) {
        filters.register(this::check, FIRST);
    }

    private void check(RoutingContext call) {
        if (token.opens(call.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            call.next();
            return;
        }
        call.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "Bearer")
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetails.MEDIA_TYPE)
                .end(Json.write(ProblemDetails.of(
                        401, ErrorCode.UNAUTHENTICATED, "header 'Authorization': a valid bearer token is required")));
    }
}
