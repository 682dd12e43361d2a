package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.TrustedRoots;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/** One configured CA. Every request to it goes through {@link #call}, which creates a span and classifies failures. */
final class Issuer {
    /**
     * Concurrent requests per process. Thousands of orders may wait for the same event, and must not all send their
     * next request to the CA at the same time.
     */
    static final int MAX_CONCURRENT_REQUESTS = 64;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final IssuerSettings settings;
    private final Origin origin;
    private final HttpClient client;
    private final PooledSession session;
    private final InstantSource clock;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT_REQUESTS, true);

    /**
     * @throws IllegalArgumentException if the directory is not https
     * @throws IllegalStateException if the trusted roots are malformed
     */
    Issuer(IssuerSettings settings, AddressPolicy addresses, InstantSource clock) {
        this.name = settings.name();
        this.settings = settings;
        this.origin = Origin.of(name, settings.directory());
        this.clock = clock;
        this.client = client(settings);
        var provider = new PinnedProvider(client, origin, addresses, settings.requestTimeout());
        this.session = new PooledSession(settings.directory(), provider);
        session.networkSettings().setTimeout(settings.requestTimeout());
        session.networkSettings().setCompressionEnabled(false);
    }

    String name() {
        return name;
    }

    URI directory() {
        return settings.directory();
    }

    IssuerSettings settings() {
        return settings;
    }

    Origin origin() {
        return origin;
    }

    HttpClient client() {
        return client;
    }

    PooledSession session() {
        return session;
    }

    InstantSource clock() {
        return clock;
    }

    /** Sends a request and reads its response. */
    @FunctionalInterface
    interface Exchange<T> {
        T with(PinnedConnection connection) throws AcmeException;
    }

    /** @param otherwise handles a failure; {@link #raise} if the caller has no special handling */
    <T> T call(String operation, URI url, Exchange<T> exchange, Function<AcmeFailure, T> otherwise) {
        Span span = GlobalOpenTelemetry.getTracer("perennial.acme")
                .spanBuilder("acme " + operation)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("acme.issuer", name)
                .setAttribute("server.address", origin.host())
                .setAttribute("url.full", url.toString())
                .startSpan();
        try (var scope = span.makeCurrent();
                var connection = (PinnedConnection) session.connect()) {
            return exchange(span, exchange, otherwise, connection);
        } catch (RetryLater e) {
            span.setStatus(StatusCode.ERROR, e.problem().code().wireName());
            throw e;
        } catch (RuntimeException e) {
            span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    private <T> T exchange(
            Span span, Exchange<T> exchange, Function<AcmeFailure, T> otherwise, PinnedConnection connection) {
        try {
            return withPermit(exchange, connection);
        } catch (DirectoryUnavailableException e) {
            var failed = new AcmeFailure.FailedCall(name, e.failure(), e.status(), e.retryAfter());
            return raise(AcmeFailure.classify(failed, clock.instant()));
        } catch (AcmeException | AcmeProtocolException e) {
            var failed = new AcmeFailure.FailedCall(name, e, connection.status(), connection.header("Retry-After"));
            return otherwise.apply(AcmeFailure.classify(failed, clock.instant()));
        } finally {
            connection.status().ifPresent(status -> span.setAttribute("http.response.status_code", (long) status));
        }
    }

    /** Only the exchange itself holds a permit, because the handling of a failure may send another request. */
    private <T> T withPermit(Exchange<T> exchange, PinnedConnection connection) throws AcmeException {
        acquirePermit();
        try {
            return exchange.with(connection);
        } finally {
            permits.release();
        }
    }

    /**
     * A request that gets no permit within its time limit was not sent ({@link RequestNotSent}). It is no {@link
     * RequestTimeout}, because the CA may answer: it is slow only for so many requests.
     */
    private void acquirePermit() throws AcmeNetworkException {
        Duration timeout = settings.requestTimeout();
        try {
            if (!permits.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AcmeNetworkException(new ConnectException("not sent within " + timeout + ", because "
                        + MAX_CONCURRENT_REQUESTS + " other requests to this CA wait for their responses"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AcmeNetworkException(new IOException("interrupted", e));
        }
    }

    /** Throws {@link RetryLater} for a failure that the caller does not handle. */
    <T> T raise(AcmeFailure failure) {
        throw switch (failure) {
            case AcmeFailure.Retryable retryable -> retryable.cause();
            case AcmeFailure.NotFound(CaProblem problem) ->
                new RetryLater(Problem.of(
                        ErrorCode.ORDER_EXPIRED,
                        "the CA '" + name + "' no longer has a resource of the order",
                        problem.text()));
            case AcmeFailure.Refused(CaProblem problem) ->
                new RetryLater(Problem.of(
                        ErrorCode.CA_MISBEHAVED,
                        "the CA '" + name + "' refused a request that every order requires; the request is retried",
                        problem.text()));
        };
    }

    private static HttpClient client(IssuerSettings settings) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        settings.trustedRoots().ifPresent(roots -> builder.sslContext(TrustedRoots.ofPem(roots)));
        return builder.build();
    }
}
