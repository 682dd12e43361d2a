package dev.perennial.testbed.ca;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An incorrect reaction of a CA. Pebble's responses are not signed, so the proxy can change them. */
public final class Misbehaviour {
    /** Returns Pebble's response. */
    static final Misbehaviour NONE = changing(UnaryOperator.identity());

    private final Consumer<Exchange> act;

    private Misbehaviour(Consumer<Exchange> act) {
        this.act = act;
    }

    void act(Exchange exchange) {
        act.accept(exchange);
    }

    /** 429 {@code rateLimited} with a Retry-After in seconds; does not reach Pebble. */
    public static Misbehaviour limitsRate(Duration retryAfter) {
        return responding(rateLimited(Long.toString(retryAfter.toSeconds())));
    }

    /** 429 {@code rateLimited} with a Retry-After as a date (RFC 9110 section 5.6.7). */
    public static Misbehaviour limitsRateByDate(Duration retryAfter) {
        return new Misbehaviour(exchange -> exchange.respond(rateLimited(
                ZonedDateTime.now(ZoneOffset.UTC).plus(retryAfter).format(DateTimeFormatter.RFC_1123_DATE_TIME))));
    }

    /** 503 with an HTML page, like a load balancer; does not reach Pebble. */
    public static Misbehaviour unavailable() {
        return responding(CaResponse.page(503, "Service Temporarily Unavailable"));
    }

    /** Ends the connection; does not reach Pebble. */
    public static Misbehaviour dropsConnection() {
        return new Misbehaviour(Exchange::cut);
    }

    /** Accepts the request and never responds; does not reach Pebble. */
    public static Misbehaviour hangs() {
        return new Misbehaviour(exchange -> {});
    }

    /** Sends the request to Pebble, and closes the connection instead of responding. */
    public static Misbehaviour losesAnswer() {
        return new Misbehaviour(exchange -> exchange.pebble().onSuccess(lost -> exchange.cut()));
    }

    /** Sends the request to Pebble immediately, and responds after the pause. */
    public static Misbehaviour answersLate(Duration pause) {
        return new Misbehaviour(
                exchange -> exchange.pebble().onSuccess(late -> exchange.after(pause, () -> exchange.respond(late))));
    }

    /** Reports an issued order as {@code processing}; for finalize and for polls of an order. */
    public static Misbehaviour keepsProcessing() {
        return changing(answer -> answer.edited(order -> {
            if ("valid".equals(order.getString("status"))) {
                order.put("status", "processing").remove("certificate");
            }
        }));
    }

    /** {@code badNonce} with a new valid nonce; does not reach Pebble. */
    public static Misbehaviour refusesNonce() {
        return refusing(CaResponse.problem(400, "badNonce", "the nonce is not one of ours"));
    }

    /** 403 with this problem type and a new nonce; does not reach Pebble. */
    public static Misbehaviour refuses(String type, String detail) {
        return refusing(CaResponse.problem(403, type, detail));
    }

    /** This response with a new valid nonce; does not reach Pebble. */
    static Misbehaviour refusing(CaResponse refusal) {
        return new Misbehaviour(exchange ->
                exchange.nonce().onSuccess(fresh -> exchange.respond(refusal.withHeader("Replay-Nonce", fresh))));
    }

    /** Sends the request to Pebble, and changes one kind of URL in the response to another origin. */
    public static Misbehaviour leadsElsewhere(UrlField field, URI origin) {
        return changing(answer -> field.withOrigin(answer, origin));
    }

    /** Sends the request to Pebble, and adds a query of this length to one kind of URL in the response. */
    public static Misbehaviour lengthens(UrlField field, int length) {
        return changing(answer -> field.withQuery(answer, length));
    }

    /** Replaces the identifier of an authorization. */
    public static Misbehaviour authorizes(String type, String value) {
        return changing(answer -> answer.edited(authorization -> {
            if (authorization.containsKey("identifier")) {
                authorization.put(
                        "identifier", new JsonObject().put("type", type).put("value", value));
            }
        }));
    }

    /**
     * Answers newOrder with the first order until it is finalized, which RFC 8555 allows; for newOrder and finalize of
     * the same names.
     */
    public static Misbehaviour reusesOrders() {
        AtomicReference<CaResponse> open = new AtomicReference<>();
        return changing(answer -> {
            if (answer.status() == 201) {
                CaResponse first = open.updateAndGet(known -> known == null ? answer : known);
                return first.withHeader("Replay-Nonce", answer.headers().get("Replay-Nonce"));
            }
            open.set(null);
            return answer;
        });
    }

    /** Sends each certificate of a chain twice; RFC 8555 section 9.1 only recommends that none is superfluous. */
    public static Misbehaviour repeatsChain() {
        return changing(CaResponse::doubled);
    }

    /** 403 {@code userActionRequired} with the URL of the action (RFC 8555 section 7.3.3); does not reach Pebble. */
    public static Misbehaviour requiresAction(URI instance, URI terms) {
        return refusing(CaResponse.problem(403, "userActionRequired", "the terms of service have changed")
                .edited(problem -> problem.put("instance", instance.toString()))
                .withHeader("Link", "<" + terms + ">;rel=\"terms-of-service\""));
    }

    /** Replaces the token of every challenge. */
    public static Misbehaviour offersToken(String token) {
        return changing(answer -> answer.edited(authorization -> authorization
                .getJsonArray("challenges", new JsonArray())
                .forEach(challenge -> ((JsonObject) challenge).put("token", token))));
    }

    /** 200 with a body of this length; does not reach Pebble. */
    public static Misbehaviour floods(long bytes) {
        return new Misbehaviour(exchange -> exchange.flood(bytes));
    }

    /** 200 with a body without end; does not reach Pebble. */
    public static Misbehaviour floodsForEver() {
        return new Misbehaviour(Exchange::flood);
    }

    private static Misbehaviour responding(CaResponse answer) {
        return new Misbehaviour(exchange -> exchange.respond(answer));
    }

    private static Misbehaviour changing(UnaryOperator<CaResponse> change) {
        return new Misbehaviour(
                exchange -> exchange.pebble().onSuccess(response -> exchange.respond(change.apply(response))));
    }

    private static CaResponse rateLimited(String retryAfter) {
        return CaResponse.problem(429, "rateLimited", "too many requests of this kind")
                .withHeader("Retry-After", retryAfter);
    }
}
