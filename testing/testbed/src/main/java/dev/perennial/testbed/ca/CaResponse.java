package dev.perennial.testbed.ca;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A complete response, from Pebble or generated. */
record CaResponse(int status, MultiMap headers, Buffer body) {
    private static final String PROBLEM = "application/problem+json";
    /** Hop-by-hop headers (RFC 9110 section 7.6.1) and headers that are set again. */
    private static final Set<String> NOT_FORWARDED =
            Set.of("connection", "keep-alive", "transfer-encoding", "upgrade", "te");

    static CaResponse of(HttpClientResponse response, Buffer body) {
        return new CaResponse(response.statusCode(), response.headers(), body);
    }

    static CaResponse unreachable(Throwable cause) {
        int status = cause instanceof TimeoutException ? 504 : 502;
        return new CaResponse(
                status,
                type(PROBLEM),
                Buffer.buffer("{\"type\":\"about:blank\",\"status\":" + status
                        + ",\"title\":\"the ACME proxy of the testbed received no response from Pebble\"}"));
    }

    /** A problem document (RFC 8555 section 6.7). */
    static CaResponse problem(int status, String type, String detail) {
        JsonObject document = new JsonObject()
                .put("type", "urn:ietf:params:acme:error:" + type)
                .put("detail", detail)
                .put("status", status);
        return new CaResponse(status, type(PROBLEM), document.toBuffer());
    }

    /** The response of a load balancer, which does not use ACME problem documents. */
    static CaResponse page(int status, String text) {
        return new CaResponse(status, type("text/html"), Buffer.buffer("<html><body>" + text + "</body></html>"));
    }

    private static MultiMap type(String contentType) {
        return MultiMap.caseInsensitiveMultiMap().add("Content-Type", contentType);
    }

    CaResponse withHeader(String name, String value) {
        return new CaResponse(status, copy().set(name, value), body);
    }

    /** A copy with changed JSON; the same response if the body is not JSON. */
    CaResponse edited(Consumer<JsonObject> change) {
        return json().map(json -> {
                    change.accept(json);
                    return new CaResponse(status, copy().remove("Content-Length"), json.toBuffer());
                })
                .orElse(this);
    }

    /** A copy with the body twice. */
    CaResponse doubled() {
        return new CaResponse(
                status,
                copy().remove("Content-Length"),
                Buffer.buffer().appendBuffer(body).appendString("\n").appendBuffer(body));
    }

    Optional<JsonObject> json() {
        try {
            return body.length() > 0 && body.getByte(0) == '{' ? Optional.of(new JsonObject(body)) : Optional.empty();
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }

    private MultiMap copy() {
        return MultiMap.caseInsensitiveMultiMap().addAll(headers);
    }

    void writeTo(HttpServerResponse response) {
        if (response.closed()) {
            return;
        }
        response.setStatusCode(status);
        pass(headers, response.headers());
        response.end(body);
    }

    static void pass(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                to.add(name, value);
            }
        });
    }
}
