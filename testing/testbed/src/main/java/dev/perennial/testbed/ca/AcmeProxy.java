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
 * What clients take for the CA: an HTTPS listener in our JVM that passes requests on to Pebble, one step at a time:
 * count, wait the round trip, meet the {@link Faults fault} or the {@link CaLimits limit} if there is one, wait for the
 * {@link GroupExclusion room}, ask Pebble, count the outcome, answer.
 */
public final class AcmeProxy implements Part {
    private static final int CREATED = 201;

    private final TestAuthority.KeyAndCertificate identity;
    private final Path roots;
    private volatile Duration roundTrip;
    private final int port = Ports.free();
    private final RequestCounters counts = new RequestCounters();
    private final GroupExclusion rooms = new GroupExclusion();
    private final OrderNames names = new OrderNames();
    private final Faults faults = new Faults();
    private final CaLimits limits = new CaLimits();
    private final LimitObserver keeper = new LimitObserver(limits);
    private final Upstream.Address pebble;
    private volatile Vertx vertx;
    private volatile Upstream upstream;
    private volatile HttpServer server;

    /** @param authority signs the front's certificate, and has signed Pebble's */
    public AcmeProxy(RunFolder run, TestAuthority authority, URI pebble, Duration roundTrip) {
        this.identity = authority.issue("localhost", "127.0.0.1");
        this.roots = run.write("front/roots.pem", authority.rootPem());
        this.pebble = new Upstream.Address(pebble.getHost(), pebble.getPort(), authority.rootPem());
        this.roundTrip = roundTrip;
    }

    @Override
    public String name() {
        return "acme-front";
    }

    @Override
    public URI address() {
        return Ports.loopback("https", port);
    }

    /** The ACME directory (RFC 8555 section 7.1.1). */
    public URI directory() {
        return address().resolve("/dir");
    }

    /** PEM file with the root that a client of the directory must trust. */
    public Path roots() {
        return roots;
    }

    public RequestCounts counts() {
        return counts.snapshot();
    }

    /** Finalize requests that the CA accepted for orders with this name: the certificates it was made to issue for it. */
    public long finalized(String dnsName) {
        return counts.finalized(dnsName);
    }

    /** The account of each order with this name that the CA took, by URL, in the order in which it took them: two issuers are two accounts. */
    public List<String> ordered(String dnsName) {
        return counts.ordered(dnsName);
    }

    /** What the orders with this name said that they replace (RFC 9773 section 5), each time one was asked for. */
    public List<String> replaced(String dnsName) {
        return counts.replaced(dnsName);
    }

    /** From now on, added to every request; zero for none. */
    public void setRoundTrip(Duration roundTrip) {
        this.roundTrip = roundTrip;
    }

    /** What goes wrong here; nothing unless told. */
    public Faults faults() {
        return faults;
    }

    /** What is allowed here; everything unless told. */
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
        counts.asked(kind);
        request.body().onSuccess(body -> {
            Set<String> about = names.of(kind, request.path(), body);
            Exchange exchange = new Exchange(vertx, request, () -> inRoom(request, kind, body, about), upstream::nonce);
            Misbehaviour next = faults.strike(kind, about)
                    .or(() -> keeper.refusal(kind, body, Instant.now()).map(Misbehaviour::refusing))
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

    private Future<CaResponse> inRoom(HttpServerRequest request, RequestKind kind, Buffer body, Set<String> about) {
        Promise<CaResponse> answered = Promise.promise();
        rooms.enter(kind.room(), () -> upstream.ask(request, body)
                .onComplete(any -> rooms.leave(kind.room()))
                .onSuccess(answer -> {
                    names.learn(kind, request.path(), answer);
                    counts.answered(kind, request.path(), about, answer.status());
                    if (kind == RequestKind.NEW_ORDER && answer.status() == CREATED) {
                        SignedRequest order = SignedRequest.of(body);
                        order.account().ifPresent(account -> counts.ordered(account, about));
                    }
                    if (kind == RequestKind.NEW_ORDER) {
                        SignedRequest.of(body)
                                .payload()
                                .map(payload -> payload.getString("replaces"))
                                .ifPresent(renewalId -> counts.replaced(renewalId, about));
                    }
                    keeper.answered(kind, request.path(), body, answer, Instant.now());
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
            throw new PartFailedException(name(), "did not answer within 20 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(name(), "was interrupted", e);
        }
    }
}
