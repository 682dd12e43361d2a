package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/** One configured CA as we reach it: every call to it goes through {@link #call}, in a span, and fails in known ways only. */
final class Issuer {
    /**
     * Requests under way at once, of one process: thousands of orders may wait for something, and what they do at the end of it
     * must not come to the CA all together.
     */
    static final int MOST_REQUESTS = 100;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final IssuerSettings settings;
    private final Origin origin;
    private final HttpClient client;
    private final PooledSession session;
    private final InstantSource clock;
    private final Semaphore free = new Semaphore(MOST_REQUESTS, true);

    /**
     * @throws IllegalArgumentException where the directory is not https
     * @throws IllegalStateException where the trusted roots cannot be read
     */
    Issuer(IssuerSettings settings, InstantSource clock) {
        this.name = settings.name();
        this.settings = settings;
        this.origin = Origin.of(name, settings.directory());
        this.clock = clock;
        this.client = client(settings);
        var provider = new PinnedProvider(client, origin, settings.requestTimeout());
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

    /** What a call does with its connection. */
    @FunctionalInterface
    interface Exchange<T> {
        T with(PinnedConnection connection) throws AcmeException;
    }

    /** @param otherwise what a failure means to this caller; {@link #raise} where it has no meaning of its own */
    <T> T call(String what, URI url, Exchange<T> exchange, Function<CaErrorReaction, T> otherwise) {
        Span span = GlobalOpenTelemetry.getTracer("perennial.acme")
                .spanBuilder("acme " + what)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("acme.issuer", name)
                .setAttribute("server.address", origin.host())
                .setAttribute("url.full", url.toString())
                .startSpan();
        try (var scope = span.makeCurrent();
                var connection = (PinnedConnection) session.connect()) {
            return answer(span, exchange, otherwise, connection);
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

    private <T> T answer(
            Span span, Exchange<T> exchange, Function<CaErrorReaction, T> otherwise, PinnedConnection connection) {
        try {
            return inTurn(exchange, connection);
        } catch (DirectoryUnavailableException e) {
            var failure = new CaErrorReaction.Failure(name, e.failure(), e.status(), e.retryAfter());
            return raise(CaErrorReaction.to(failure, clock.instant()));
        } catch (AcmeException | AcmeProtocolException e) {
            var failure = new CaErrorReaction.Failure(name, e, connection.status(), connection.header("Retry-After"));
            return otherwise.apply(CaErrorReaction.to(failure, clock.instant()));
        } finally {
            connection.status().ifPresent(status -> span.setAttribute("http.response.status_code", (long) status));
        }
    }

    /** What a failure leads to may be another call, so only the exchange itself holds a place. */
    private <T> T inTurn(Exchange<T> exchange, PinnedConnection connection) throws AcmeException {
        free.acquireUninterruptibly();
        try {
            return exchange.with(connection);
        } finally {
            free.release();
        }
    }

    /** For calls of which we expect nothing but success. */
    <T> T raise(CaErrorReaction reaction) {
        throw switch (reaction) {
            case CaErrorReaction.Later later -> later.cause();
            case CaErrorReaction.Gone(CaProblem problem) ->
                new RetryLater(Problem.of(
                        ErrorCode.ORDER_EXPIRED,
                        "the CA '" + name + "' does not know a part of the order any more",
                        problem.text()));
            case CaErrorReaction.Refused(CaProblem problem) ->
                new RetryLater(Problem.of(
                        ErrorCode.CA_MISBEHAVED,
                        "the CA '" + name + "' refused a request that every order needs; it is asked again",
                        problem.text()));
        };
    }

    private static HttpClient client(IssuerSettings settings) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        settings.trustedRoots().ifPresent(roots -> builder.sslContext(TrustedRoots.context(roots)));
        return builder.build();
    }
}
