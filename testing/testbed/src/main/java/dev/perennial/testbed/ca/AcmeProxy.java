package dev.perennial.testbed.ca;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Ports;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The endpoint of the CA for clients: an HTTPS listener in this JVM that forwards requests to Pebble. It counts the request, waits
 * for the round trip, applies a {@link Faults fault} or {@link CaLimits limit} if there is one, waits for its
 * {@link ExclusionGroup}, sends the request to Pebble, counts the result, and responds.
 */
public final class AcmeProxy implements Part {
    private static final int CREATED = 201;

    private final TestAuthority.KeyAndCertificate identity;
    private final Path roots;
    private volatile Duration roundTrip;
    private final int port = Ports.free();
    private final RequestCounters counts = new RequestCounters();
    private final GroupExclusion exclusion = new GroupExclusion();
    private final OrderNames orderNames = new OrderNames();
    private final Faults faults = new Faults();
    private final CaLimits limits = new CaLimits();
    private final LimitObserver limitObserver = new LimitObserver(limits);
    private final Upstream.Address pebble;
    private volatile Vertx vertx;
    private volatile Upstream upstream;
    private volatile HttpServer server;

    /** @param authority signs the certificate of this proxy; it has also signed Pebble's */
    public AcmeProxy(RunFolder run, TestAuthority authority, URI pebble, Duration roundTrip) {
        this.identity = authority.issue("localhost", "127.0.0.1");
        this.roots = run.write("acme-proxy/roots.pem", authority.rootPem());
        this.pebble = new Upstream.Address(pebble.getHost(), pebble.getPort(), authority.rootPem());
        this.roundTrip = roundTrip;
    }

    @Override
    public String name() {
        return "acme-proxy";
    }

    @Override
    public URI address() {
        return Ports.loopback("https", port);
    }

    /** The ACME directory (RFC 8555 section 7.1.1). */
    public URI directory() {
        return address().resolve("/dir");
    }

    /** PEM file with the root that clients of the directory must trust. */
    public Path roots() {
        return roots;
    }

    public RequestCounts counts() {
        return counts.snapshot();
    }

    /** Number of accepted finalize requests for orders with this name, which is the number of issued certificates. */
    public long finalized(String dnsName) {
        return counts.finalized(dnsName);
    }

    /** The account URL of each order with this name that the CA created, in order. Each issuer has its own account. */
    public List<String> ordered(String dnsName) {
        return counts.ordered(dnsName);
    }

    /** The {@code replaces} values of all newOrder requests with this name (RFC 9773 section 5). */
    public List<String> replaced(String dnsName) {
        return counts.replaced(dnsName);
    }

    /** Delay of every later request; zero for none. */
    public void setRoundTrip(Duration roundTrip) {
        this.roundTrip = roundTrip;
    }

    /** The faults to inject; none by default. */
    public Faults faults() {
        return faults;
    }

    /** The rate limits; none by default. */
    public CaLimits limits() {
        return limits;
    }

    @Override
    public void start() {
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        upstream = new Upstream(vertx, pebble);
        var options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(identity.certificate()))
                        .addKeyValue(Buffer.buffer(identity.privateKey())));
        server = await(vertx.createHttpServer(options).requestHandler(this::on).listen());
    }

    private void on(HttpServerRequest request) {
        RequestKind kind = RequestKind.of(request.path());
        counts.received(kind);
        request.body().onSuccess(body -> {
            Set<String> names = orderNames.of(kind, request.path(), body);
            Exchange exchange =
                    new Exchange(vertx, request, () -> forward(request, kind, body, names), upstream::nonce);
            Misbehaviour next = faults.next(kind, names)
                    .or(() -> limitObserver.refusal(kind, body, Instant.now()).map(Misbehaviour::refusing))
                    .orElse(Misbehaviour.NONE);
            afterRoundTrip(() -> next.act(exchange));
        });
    }

    private void afterRoundTrip(Runnable next) {
        Duration wait = roundTrip;
        if (wait.isZero()) {
            next.run();
        } else {
            vertx.setTimer(wait.toMillis(), timer -> next.run());
        }
    }

    private Future<CaResponse> forward(HttpServerRequest request, RequestKind kind, Buffer body, Set<String> names) {
        Promise<CaResponse> answered = Promise.promise();
        exclusion.enter(kind.group(), () -> upstream.send(request, body)
                .onComplete(any -> exclusion.leave(kind.group()))
                .onSuccess(answer -> {
                    orderNames.record(kind, request.path(), answer);
                    counts.answered(kind, request.path(), names, answer.status());
                    if (kind == RequestKind.NEW_ORDER && answer.status() == CREATED) {
                        SignedRequest order = SignedRequest.of(body);
                        order.account().ifPresent(account -> counts.ordered(account, names));
                    }
                    if (kind == RequestKind.NEW_ORDER) {
                        SignedRequest.of(body)
                                .payload()
                                .map(payload -> payload.getString("replaces"))
                                .ifPresent(renewalId -> counts.replaced(renewalId, names));
                    }
                    limitObserver.answered(kind, request.path(), body, answer, Instant.now());
                })
                .onComplete(answered));
        return answered.future();
    }

    @Override
    public boolean healthy() {
        return server != null && Ports.accepts(address());
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Path> log() {
        return Optional.empty();
    }

    @Override
    public void stop() {
        if (vertx != null) {
            await(vertx.close());
            server = null;
            vertx = null;
        }
    }

    private <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new PartFailedException(name(), "failed", e.getCause());
        } catch (TimeoutException e) {
            throw new PartFailedException(name(), "did not respond within 20 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(name(), "was interrupted", e);
        }
    }
}
