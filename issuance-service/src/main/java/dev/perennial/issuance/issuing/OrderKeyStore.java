package dev.perennial.issuance.issuing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The key of an order in progress, at {@code orders/<order id>}, one for all attempts of the order. The secret names
 * the attempt that may be finalized with the key: it is written before the CSR is sent, so that a later attempt can ask
 * the CA of the earlier one whether it issued, and a late delivery of an earlier attempt is recognised. When an order
 * is abandoned, a marker replaces the key. Without it, a late or repeated delivery would generate a key that is never
 * destroyed and could obtain an unwanted certificate.
 */
public final class OrderKeyStore {
    static final String ABANDONED_AT = "abandonedAt";
    private static final String ATTEMPT = "attempt";
    private static final String ISSUER = "issuer";
    private static final String ACME_ORDER = "acmeOrder";
    private static final String EXPIRES = "expires";
    private static final String CLOSED = "closed";
    private static final String FAILURE = "failure";
    private static final String UNSETTLED = "unsettled";
    private static final TypeReference<List<EarlierAttempt>> ATTEMPTS = new TypeReference<>() {};
    private static final TypeReference<IssuanceResult.Failed> FAILED = new TypeReference<>() {};
    /** More than one round is needed only if a concurrent delivery writes a key between two calls. */
    private static final int ROUNDS = 5;

    private final SecretStore secrets;

    public OrderKeyStore(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** The content of an order's path, for one attempt. */
    sealed interface OrderKey {}

    /**
     * @param version of the secret
     * @param attempt the attempt that the secret names: this one or an earlier one
     * @param isNew whether the call named this attempt, so that no CSR of it can have been sent
     * @param unsettled the earlier attempts whose CA may have issued a certificate
     */
    record Available(CertificateKey key, long version, int attempt, boolean isNew, List<EarlierAttempt> unsettled)
            implements OrderKey {
        Available {
            unsettled = List.copyOf(unsettled);
        }
    }

    /**
     * This attempt was closed: no further CSR must be sent for it.
     *
     * @param failure that every delivery of the attempt reports, because its certificate, or that of an earlier attempt,
     *     cannot be used; empty if the attempt was closed before its CSR was sent
     */
    record Closed(Optional<IssuanceResult.Failed> failure) implements OrderKey {}

    /** A later attempt of the order has begun. */
    record SupersededAttempt(int by) implements OrderKey {}

    /** The order was abandoned or its certificate revoked. */
    record Abandoned(String at) implements OrderKey {}

    /** An attempt that may have been finalized, by the URL of its ACME order. */
    record EarlierAttempt(String issuer, URI url, Optional<Instant> expires) {
        AcmeOrder acmeOrder() {
            return new AcmeOrder(url, url, List.of(), expires);
        }

        boolean isExpired(Instant now) {
            return expires.filter(now::isAfter).isPresent();
        }
    }

    /** The order's key, generated if there is none, and the attempt that its secret names. */
    OrderKey take(Order order, Supplier<CertificateKey> newKey) {
        SecretStore.CreateOnly place =
                secrets.createOnly(SecretPath.orderKey(order.orderId()), fields(order, newKey.get(), List.of()));
        Secret secret = place.secret();
        Optional<String> abandoned = secret.field(ABANDONED_AT);
        if (abandoned.isPresent()) {
            return new Abandoned(abandoned.get());
        }
        // A secret of an older version names no attempt.
        int attempt = secret.field(ATTEMPT).map(Integer::parseInt).orElse(order.attempt());
        if (attempt > order.attempt()) {
            return new SupersededAttempt(attempt);
        }
        boolean closed = secret.field(CLOSED).isPresent();
        if (attempt == order.attempt() && closed) {
            return new Closed(secret.field(FAILURE).map(json -> read(json, FAILED)));
        }
        List<EarlierAttempt> unsettled = new ArrayList<>(unsettled(secret));
        if (attempt < order.attempt() && !closed) {
            named(secret).ifPresent(unsettled::add);
        }
        return new Available(CertificateKey.from(secret), secret.version(), attempt, place.created(), unsettled);
    }

    private static Optional<EarlierAttempt> named(Secret secret) {
        return secret.field(ISSUER).flatMap(issuer -> secret.field(ACME_ORDER)
                .map(url -> new EarlierAttempt(
                        issuer, URI.create(url), secret.field(EXPIRES).map(Instant::parse))));
    }

    private static List<EarlierAttempt> unsettled(Secret secret) {
        return secret.field(UNSETTLED).map(json -> read(json, ATTEMPTS)).orElse(List.of());
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return EventCodec.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the secret of an order cannot be read", e);
        }
    }

    private static String write(Object value) {
        try {
            return EventCodec.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Names this attempt in the secret. Of concurrent deliveries, one succeeds.
     *
     * @param unsettled the earlier attempts whose CA could not be asked
     * @throws RetryLater if another delivery has written the secret, or Vault is unavailable
     */
    Available claim(Order order, Available known, List<EarlierAttempt> unsettled) {
        long version = replace(order, known, fields(order, known.key(), unsettled));
        return new Available(known.key(), version, order.attempt(), true, unsettled);
    }

    private long replace(Order order, Available known, Map<String, String> fields) {
        return secrets.replace(SecretPath.orderKey(order.orderId()), fields, known.version())
                .orElseThrow(
                        () -> new RetryLater(
                                Problem.of(
                                        ErrorCode.VAULT_UNAVAILABLE,
                                        "another delivery of the order has written its secret, which is no outage of Vault; this one continues from there")));
    }

    /**
     * Closes an attempt for which no CSR was sent: later deliveries of it send none.
     *
     * @return whether it is closed; false if another delivery has claimed the attempt since
     */
    boolean closeUnsent(Order order, Available claimed) {
        Map<String, String> fields = new HashMap<>(fields(order, claimed.key(), claimed.unsettled()));
        fields.put(CLOSED, "true");
        return secrets.replace(SecretPath.orderKey(order.orderId()), fields, claimed.version())
                .isPresent();
    }

    /**
     * Closes an attempt with a certificate that cannot be used. Every delivery of the attempt then reports the same
     * failure, and no later attempt reports the same certificate.
     *
     * @param unsettled the earlier attempts whose CA may have issued another certificate
     * @throws RetryLater as {@link #claim}
     */
    void closeWithFailure(Order order, Available known, List<EarlierAttempt> unsettled, IssuanceResult.Failed failure) {
        Map<String, String> fields = new HashMap<>(fields(order, known.key(), unsettled));
        fields.put(CLOSED, "true");
        fields.put(FAILURE, write(failure));
        replace(order, known, fields);
    }

    private static Map<String, String> fields(Order order, CertificateKey key, List<EarlierAttempt> unsettled) {
        Map<String, String> fields = new HashMap<>(key.toSecret());
        fields.put(ATTEMPT, Integer.toString(order.attempt()));
        fields.put(ISSUER, order.issuer());
        fields.put(ACME_ORDER, order.acmeOrder().url().toString());
        order.acmeOrder().expires().ifPresent(expires -> fields.put(EXPIRES, expires.toString()));
        if (!unsettled.isEmpty()) {
            fields.put(UNSETTLED, write(unsettled));
        }
        return fields;
    }

    /** Destroys the key without a marker: the stored bundle prevents a new key for the order. */
    void clear(OrderId order) {
        secrets.destroy(SecretPath.orderKey(order));
    }

    /** Whether the path has the marker. */
    boolean isAbandoned(OrderId order) {
        return secrets.read(SecretPath.orderKey(order))
                .flatMap(existing -> existing.field(ABANDONED_AT))
                .isPresent();
    }

    /**
     * Writes the marker and destroys every earlier version. Idempotent, and safe to interrupt at any point. The version
     * numbers continue, so that a check-and-set write of a delivery in progress cannot replace the marker.
     *
     * @return whether there was a key
     * @throws RetryLater if Vault is unavailable, or other deliveries write keys to the path continuously
     */
    public boolean abandon(OrderId order, Instant at) {
        SecretPath path = SecretPath.orderKey(order);
        Map<String, String> marker = Map.of(ABANDONED_AT, at.toString());
        for (int round = 0; round < ROUNDS; round++) {
            Secret existing = secrets.createOnly(path, marker).secret();
            boolean marked = existing.field(ABANDONED_AT).isPresent();
            if (marked || secrets.replace(path, marker, existing.version()).isPresent()) {
                long keys = marked ? existing.version() - 1 : existing.version();
                if (keys > 0) {
                    secrets.destroy(
                            path, LongStream.rangeClosed(1, keys).boxed().toList());
                }
                return !marked;
            }
        }
        throw new RetryLater(Problem.of(
                ErrorCode.VAULT_UNAVAILABLE,
                "another client repeatedly writes new keys to " + path + ", although the order is abandoned; "
                        + "the destruction is retried"));
    }
}
