package dev.perennial.events;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A CloudEvents 1.0 event in Kafka's binary content mode: attributes in headers {@code ce_*}, data as JSON.
 *
 * @param id created once, with the event; consumers deduplicate by it together with {@code source}
 * @param source its writer, for example {@code /perennial/order-service}
 * @param subject its subject and the record key: the certificate id, a request id for refusals, a token for challenges,
 *     a name for issuers
 * @param initiator the principal on whose behalf it is published; empty in requests, and if the record has none that is
 *     well-formed
 */
public record CloudEvent(
        String id, URI source, Instant time, String subject, Optional<Initiator> initiator, Event data) {
    public static final String ID = "ce_id";
    public static final String SOURCE = "ce_source";
    public static final String TYPE = "ce_type";
    public static final String SPEC_VERSION = "ce_specversion";
    public static final String TIME = "ce_time";
    public static final String SUBJECT = "ce_subject";
    /** The extension Auth Context: the type of the initiator. */
    public static final String AUTH_TYPE = "ce_authtype";
    /** The extension Auth Context: the initiator. */
    public static final String AUTH_ID = "ce_authid";
    /** An extension attribute: the signature of the writer, if it signs. */
    public static final String SIGNATURE = "ce_signature";

    public static final String CONTENT_TYPE = "content-type";
    public static final String JSON = "application/json";
    public static final String VERSION = "1.0";

    public CloudEvent {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(initiator, "initiator");
        Objects.requireNonNull(data, "data");
    }

    /** A new event of a service, with the current time. */
    public static CloudEvent about(String subject, URI source, Event data, Initiator initiator, Clock clock) {
        return new CloudEvent(Uuids.next().toString(), source, clock.instant(), subject, Optional.of(initiator), data);
    }

    /** A new request of a client, with the current time. Its topic, not the client, determines the initiator. */
    public static CloudEvent request(String subject, URI source, Request data, Clock clock) {
        return new CloudEvent(Uuids.next().toString(), source, clock.instant(), subject, Optional.empty(), data);
    }

    /**
     * A problem of this event with the time of its next attempt by the clock of the reader. If the event is from the
     * future, the clock of its writer is ahead, and the time of the next attempt is too late by the same amount.
     *
     * @param now of the reader
     */
    public Problem withReaderClock(Problem problem, Instant now) {
        if (problem.nextAttemptAt().isEmpty() || !time.isAfter(now)) {
            return problem;
        }
        Instant next = problem.nextAttemptAt().get();
        if (!next.isAfter(time)) {
            return problem.nextAttempt(now);
        }
        return problem.nextAttempt(now.plus(Duration.between(time, next)));
    }

    public EventType type() {
        return EventType.of(data);
    }

    /** The headers of the Kafka record, without trace context. */
    public Map<String, String> headers() {
        Map<String, String> headers = attributes(id, type(), source, time, subject, initiator);
        headers.put(CONTENT_TYPE, JSON);
        return headers;
    }

    /**
     * The headers of a new tombstone, which its writer signs: it says which key of a compacted topic is removed.
     *
     * @param type of the state that is removed
     */
    public static Map<String, String> tombstoneHeaders(
            EventType type, String key, URI source, Initiator initiator, Clock clock) {
        return attributes(Uuids.next().toString(), type, source, clock.instant(), key, Optional.of(initiator));
    }

    private static Map<String, String> attributes(
            String id, EventType type, URI source, Instant time, String subject, Optional<Initiator> initiator) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(SPEC_VERSION, VERSION);
        headers.put(ID, id);
        headers.put(SOURCE, source.toString());
        headers.put(TYPE, type.wireName());
        headers.put(TIME, time.toString());
        headers.put(SUBJECT, subject);
        initiator.ifPresent(principal -> {
            headers.put(AUTH_TYPE, principal.type().wireName());
            headers.put(AUTH_ID, principal.id());
        });
        return headers;
    }
}
