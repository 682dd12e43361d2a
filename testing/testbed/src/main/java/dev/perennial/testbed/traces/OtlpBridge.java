package dev.perennial.testbed.traces;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.process.Ports;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;

/** Receives spans as OTLP over HTTP (protobuf, optionally gzip) at {@code /v1/traces} and sends them to Zipkin. Runs in this JVM. */
public final class OtlpBridge implements Part {
    private final Optional<URI> zipkin;
    private final Optional<Path> log;
    private final int port = Ports.free();
    private final LongAdder received = new LongAdder();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private volatile HttpServer server;
    private volatile ExecutorService workers;

    /**
     * @param zipkin base address; if empty, spans are counted and dropped, for benchmarks
     * @param log file for every span as a line of JSON, if present
     */
    public OtlpBridge(Optional<URI> zipkin, Optional<Path> log) {
        this.zipkin = zipkin;
        this.log = log;
    }

    @Override
    public String name() {
        return "otlp-bridge";
    }

    /** The value of {@code quarkus.otel.exporter.otlp.endpoint}. */
    @Override
    public URI address() {
        return Ports.loopback("http", port);
    }

    /** Spans received so far. */
    public long received() {
        return received.sum();
    }

    @Override
    public void start() {
        try {
            workers = Executors.newVirtualThreadPerTaskExecutor();
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
            server.setExecutor(workers);
            server.createContext("/v1/traces", this::on);
            server.start();
        } catch (IOException e) {
            throw new PartFailedException(name(), "cannot listen on port " + port, e);
        }
    }

    private void on(HttpExchange exchange) throws IOException {
        try (exchange) {
            var export = ExportTraceServiceRequest.parseFrom(body(exchange));
            JsonNode spans = ZipkinSpans.of(export);
            received.add(spans.size());
            if (log.isPresent()) {
                write(log.get(), spans);
            }
            int status = zipkin.isEmpty() || spans.isEmpty() || forward(zipkin.get(), spans) ? 200 : 503;
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            // An empty message is OTLP's response if all spans were accepted.
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private synchronized void write(Path file, JsonNode spans) throws IOException {
        StringBuilder lines = new StringBuilder();
        spans.forEach(span -> lines.append(span).append('\n'));
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        boolean gzip = "gzip".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        return gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
    }

    private boolean forward(URI to, JsonNode spans) throws IOException {
        var request = HttpRequest.newBuilder(to.resolve("/api/v2/spans"))
                .timeout(Duration.ofSeconds(5))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(spans.toString()))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
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
        return log;
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop(0);
            workers.shutdownNow();
            server = null;
        }
    }
}
