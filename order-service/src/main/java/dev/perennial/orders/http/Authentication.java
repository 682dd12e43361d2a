package dev.perennial.orders.http;

import dev.perennial.api.ProblemDetails;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.hosts.HostEnrolments;
import dev.perennial.orders.identity.IdentityProviders;
import dev.perennial.orders.identity.ProviderUnavailableException;
import dev.perennial.orders.identity.TokenRejectedException;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.rules.access.Membership;
import dev.perennial.rules.access.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Requires a valid bearer token for every path: public endpoints are on the management interface. It precedes routing, because
 * the API description is not a JAX-RS resource. A path that is neither is not found.
 */
@ApplicationScoped
class Authentication {
    private static final Logger LOG = Logger.getLogger(Authentication.class);
    private static final int FIRST = 1_000;
    private static final String SCHEME = "bearer ";
    private static final String CALLER = "perennial.caller";
    private static final String ENROLMENT = "perennial.enrolment";

    /** PermissionFilter decides about these paths; others, such as the API description, are not for enrolments. */
    private static final String RESOURCES = "/api/v1/";

    /** Checks of tokens at the same time: each reads a row, also for a token that does not exist. */
    private static final int MAX_CHECKS = 16;

    /** Tokens whose signatures are verified at the same time; anyone can send one. */
    private static final int MAX_SIGNATURES = 8;

    private final Semaphore checks = new Semaphore(MAX_CHECKS);
    /** Of their own, so that tokens of a provider leave service tokens their part. */
    private final Semaphore signatures = new Semaphore(MAX_SIGNATURES);

    private final BootstrapToken bootstrap;
    private final ServiceTokens tokens;
    private final HostEnrolments enrolments;
    private final IdentityProviders providers;
    private final CurrentPolicy policy;
    private final Database database;
    private final MeterRegistry meters;

    Authentication(
            RestConfig config,
            ServiceTokens tokens,
            HostEnrolments enrolments,
            IdentityProviders providers,
            CurrentPolicy policy,
            Database database,
            MeterRegistry meters) {
        this.bootstrap = BootstrapToken.read(config.bootstrapTokenFile());
        this.tokens = tokens;
        this.enrolments = enrolments;
        this.providers = providers;
        this.policy = policy;
        this.database = database;
        this.meters = meters;
    }

    /** Makes the bean read the token file at start. */
    void start(@Observes StartupEvent event) {}

    void register(@Observes Filters filters) {
        filters.register(this::check, FIRST);
    }

    /** @throws IllegalStateException if the request was not authenticated */
    static Caller caller(RoutingContext call) {
        Caller caller = call == null ? null : call.get(CALLER);
        if (caller == null) {
            throw new IllegalStateException("the request was not authenticated");
        }
        return caller;
    }

    /** Empty if the request was not authenticated with an enrolment code. */
    static Optional<HostEnrolments.Enrolment> enrolment(RoutingContext call) {
        return call == null ? Optional.empty() : Optional.ofNullable(call.get(ENROLMENT));
    }

    private void check(RoutingContext call) {
        Optional<String> token = bearer(call.request().getHeader(HttpHeaders.AUTHORIZATION));
        if (token.isEmpty()) {
            unauthenticated(call, "absent", "a bearer token is required");
        } else if (ServiceTokens.isServiceToken(token.get())) {
            // The database is asked on a worker thread.
            check(
                    call,
                    checks,
                    () -> principal(tokens.authenticate(token.get())),
                    principal -> accept(call, principal));
        } else if (HostEnrolments.isEnrolmentCode(token.get())) {
            check(
                    call,
                    checks,
                    () -> enrolments
                            .authenticate(token.get())
                            .orElseThrow(() -> new TokenRejectedException(
                                    "the enrolment code is unknown, has expired, or was replaced")),
                    enrolment -> accept(call, enrolment));
        } else if (bootstrap.matches(token.get())) {
            accept(call, ServiceTokens.BOOTSTRAP);
        } else {
            // A signature takes too long for the thread that serves all connections.
            check(
                    call,
                    signatures,
                    () -> providers.authenticate(token.get(), this::members),
                    principal -> accept(call, principal));
        }
    }

    private static Principal principal(ServiceTokens.Authenticated checked) {
        return switch (checked) {
            case ServiceTokens.Authenticated.As as -> as.principal();
            case ServiceTokens.Authenticated.Waiting waiting ->
                throw new TokenRejectedException("the token waits for approval "
                        + waiting.token().approval().map(Object::toString).orElse("")
                        + "; another admin than '" + waiting.token().createdBy() + "' has to approve it");
            case ServiceTokens.Authenticated.Unknown unknown ->
                throw new TokenRejectedException("the token is unknown, has expired, or was revoked");
        };
    }

    /** Read for each request, so that a member that is removed has no right any more. */
    private List<Membership> members(String provider) {
        return database.inTransaction(tx -> policy.members(tx, provider));
    }

    private <T> void check(RoutingContext call, Semaphore permits, Callable<T> token, Consumer<T> accepted) {
        if (!permits.tryAcquire()) {
            unavailable(call, "too many tokens are checked at the same time");
            return;
        }
        call.vertx()
                .executeBlocking(token, false)
                .onComplete(done -> permits.release())
                .onSuccess(accepted::accept)
                .onFailure(failure -> failed(call, failure));
    }

    private static Optional<String> bearer(String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()).strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    private static void accept(RoutingContext call, Principal principal) {
        call.put(CALLER, Caller.overRest(principal));
        call.next();
    }

    private static void accept(RoutingContext call, HostEnrolments.Enrolment enrolment) {
        if (!call.request().path().startsWith(RESOURCES)) {
            end(
                    call,
                    Problems.details(
                            403, ErrorCode.ACCESS_DENIED, "an enrolment code can only register a key of its host"));
            return;
        }
        call.put(ENROLMENT, enrolment);
        accept(call, enrolment.principal());
    }

    private void unauthenticated(RoutingContext call, String token, String why) {
        meters.counter("perennial_authentication_failures_total", "token", token)
                .increment();
        call.response().putHeader("WWW-Authenticate", "Bearer");
        end(call, Problems.details(401, ErrorCode.UNAUTHENTICATED, "header 'Authorization': " + why));
    }

    private void failed(RoutingContext call, Throwable failure) {
        if (failure instanceof TokenRejectedException) {
            unauthenticated(call, "rejected", failure.getMessage());
        } else if (failure instanceof ProviderUnavailableException) {
            unavailable(call, failure.getMessage() + ", so that the token cannot be checked");
        } else if (failure instanceof RetryLater) {
            unavailable(call, "the database does not respond, so that the token cannot be checked");
        } else {
            LOG.error("the check of a token failed because of a defect", failure);
            end(
                    call,
                    Problems.details(
                            500,
                            ErrorCode.INTERNAL,
                            "a defect of the order-service; search its log for this trace id"));
        }
    }

    private static void unavailable(RoutingContext call, String why) {
        call.response().putHeader(HttpHeaders.RETRY_AFTER, "2");
        end(
                call,
                Problems.details(
                        503,
                        ErrorCode.INTERNAL,
                        why + "; send the request again after the number of seconds in Retry-After"));
    }

    private static void end(RoutingContext call, ProblemDetails problem) {
        call.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetails.MEDIA_TYPE)
                .end(Json.write(problem));
    }
}
