package dev.perennial.testbed.ca;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Something that CAs do and should not. Pebble's answers are not signed, so they can be changed on the way. */
public final class Misbehaviour {
    /** Answers what Pebble answers. */
    static final Misbehaviour NONE = lying(UnaryOperator.identity());

    private final Consumer<Exchange> act;

    private Misbehaviour(Consumer<Exchange> act) {
        this.act = act;
    }

    void act(Exchange exchange) {
        act.accept(exchange);
    }

    /** 429 {@code rateLimited} with a Retry-After in seconds; Pebble is not asked. */
    public static Misbehaviour limitsRate(Duration retryAfter) {
        return answering(rateLimited(Long.toString(retryAfter.toSeconds())));
    }

    /** The same with a Retry-After that is a date (RFC 9110 section 5.6.7), so long after the request. */
    public static Misbehaviour limitsRateByDate(Duration retryAfter) {
        return new Misbehaviour(exchange -> exchange.answer(rateLimited(
                ZonedDateTime.now(ZoneOffset.UTC).plus(retryAfter).format(DateTimeFormatter.RFC_1123_DATE_TIME))));
    }

    /** 503 with a page that is not ACME, as a load balancer sends it; Pebble is not asked. */
    public static Misbehaviour unavailable() {
        return answering(CaResponse.page(503, "Service Temporarily Unavailable"));
    }

    /** Ends the connection; Pebble is not asked. */
    public static Misbehaviour dropsConnection() {
        return new Misbehaviour(Exchange::cut);
    }

    /** Has Pebble act on the request, and ends the connection instead of answering. */
    public static Misbehaviour losesAnswer() {
        return new Misbehaviour(exchange -> exchange.pebble().onSuccess(lost -> exchange.cut()));
    }

    /** Has Pebble act at once, and answers so much later. */
    public static Misbehaviour answersLate(Duration pause) {
        return new Misbehaviour(
                exchange -> exchange.pebble().onSuccess(late -> exchange.after(pause, () -> exchange.answer(late))));
    }

    /** An order that Pebble has issued is told as {@code processing}; for finalize and for looks at an order. */
    public static Misbehaviour keepsProcessing() {
        return lying(answer -> answer.edited(order -> {
            if ("valid".equals(order.getString("status"))) {
                order.put("status", "processing").remove("certificate");
            }
        }));
    }

    /** {@code badNonce} with a good fresh one, whatever the client sent; Pebble is not asked. */
    public static Misbehaviour refusesNonce() {
        return refusing(CaResponse.problem(400, "badNonce", "the nonce is not one of ours"));
    }

    /** Says no for good, with that type of problem and a fresh nonce; Pebble is not asked. */
    public static Misbehaviour refuses(String type, String detail) {
        return refusing(CaResponse.problem(403, type, detail));
    }

    /** This, with a good fresh nonce; Pebble is not asked. */
    static Misbehaviour refusing(CaResponse refusal) {
        return new Misbehaviour(exchange ->
                exchange.nonce().onSuccess(fresh -> exchange.answer(refusal.withHeader("Replay-Nonce", fresh))));
    }

    /** Pebble acts, and one kind of URL in its answer leads elsewhere. */
    public static Misbehaviour leadsElsewhere(UrlField field, URI origin) {
        return lying(answer -> field.redirected(answer, origin));
    }

    /** Every challenge of an authorization has this token. */
    public static Misbehaviour offersToken(String token) {
        return lying(answer -> answer.edited(authorization -> authorization
                .getJsonArray("challenges", new JsonArray())
                .forEach(challenge -> ((JsonObject) challenge).put("token", token))));
    }

    /** 200 with a body of so many bytes, declared and sent; Pebble is not asked. */
    public static Misbehaviour floods(long bytes) {
        return new Misbehaviour(exchange -> exchange.flood(bytes));
    }

    /** 200 with a body that never ends; Pebble is not asked. */
    public static Misbehaviour floodsForEver() {
        return new Misbehaviour(Exchange::flood);
    }

    private static Misbehaviour answering(CaResponse answer) {
        return new Misbehaviour(exchange -> exchange.answer(answer));
    }

    private static Misbehaviour lying(UnaryOperator<CaResponse> lie) {
        return new Misbehaviour(exchange -> exchange.pebble().onSuccess(truth -> exchange.answer(lie.apply(truth))));
    }

    private static CaResponse rateLimited(String retryAfter) {
        return CaResponse.problem(429, "rateLimited", "too many requests of this kind")
                .withHeader("Retry-After", retryAfter);
    }
}
