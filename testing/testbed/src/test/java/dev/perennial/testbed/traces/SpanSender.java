package dev.perennial.testbed.traces;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.zip.GZIPOutputStream;

/** Sends spans like an OTLP exporter. */
public final class SpanSender {
    private SpanSender() {}

    /** @return the HTTP status */
    public static int sendGzipped(URI bridge, String traceId) throws IOException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            SampleExports.one(traceId, "b7ad6b7169203331").writeTo(gzip);
        }
        var request = HttpRequest.newBuilder(bridge.resolve("/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
