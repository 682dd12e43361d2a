package dev.perennial.orders.requests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.orders.consumers.RequestConsumer;
import dev.perennial.orders.database.DatabaseWaits;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.renewal.RenewalRequests;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records with text that PostgreSQL or UTF-8 cannot represent are answered with a fact and do not block other
 * records.
 */
class UncleanRequestsIT {
    private static final String GOOD = """
            {"name":"shop","owner":"web","identifiers":[{"type":"dns","value":"shop.example.com"}],"labels":{"k":"v"}}""";

    private final ServiceFixture parts = new ServiceFixture();
    private final DatabaseWaits waits = new DatabaseWaits(parts.clock, parts.meters);
    private final List<String> ends = new ArrayList<>();
    private final RequestConsumer consumer = new RequestConsumer(
            parts.certificateRequests,
            parts.revocations,
            new RenewalRequests(parts.submissions, parts.access, parts.ownerPolicy, parts.clock),
            new EventReader(parts.meters, (record, headers, type) -> true),
            waits,
            new RecordProcessor((record, reason) -> ends.add("dead letter"), parts.meters));
    private int offset;

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud83d", "\\ude00"})
    void answersUncleanTextInAnyField(String unclean) {
        List<String> fields = List.of(
                "\"shop\"",
                "\"web\"",
                "\"dns\"",
                "\"shop.example.com\"",
                "\"k\"",
                "\"v\"",
                "\"local\"",
                "\"EC_P256\"",
                "\"web-1\"");
        String whole = GOOD.replace("}}", "},\"issuer\":\"local\",\"keyType\":\"EC_P256\",\"targets\":[\"web-1\"]}");

        for (String field : fields) {
            send("id-" + offset, "/me", whole.replace(field, field.substring(0, field.length() - 1) + unclean + "\""));
        }

        // JSON keys cannot contain unpaired surrogates: such a record becomes a dead letter as well.
        assertThat(ends)
                .hasSize(fields.size())
                .filteredOn("dead letter"::equals)
                .hasSizeLessThan(2);
        assertThat(parts.facts()).hasSize(fields.size()).containsOnly("certificate.refused");
        assertThat(data()).allSatisfy(fact -> assertThat(fact.toString()).doesNotContain("\\u0000"));
        assertThat(data().getFirst().get("name").asText()).isEqualTo("shop\uFFFD");
        assertThat(parts.count("certificate")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\uFFFDb", "a b", "LONG"})
    void answersUncleanHeadersAndContinues(String text) {
        String header = text.equals("LONG") ? "x".repeat(256) : text;

        send(header, "/me", GOOD);
        send("fine", header, GOOD);
        send("typed", "/me", header, GOOD);
        send("r1", "/me", GOOD);

        assertThat(ends).containsExactly("dead letter", "dead letter", "dead letter", "ack");
        assertThat(parts.facts())
                .containsExactly(
                        "certificate.refused", "certificate.refused", "certificate.refused", "certificate.accepted");
        assertThat(data().getFirst().get("requestId").asText()).isEqualTo("certificate.requests-0-0");
    }

    @Test
    void acceptsLongIds() {
        send("i".repeat(255), "/" + "s".repeat(254), GOOD);

        assertThat(ends).containsExactly("ack");
        assertThat(parts.facts()).containsExactly("certificate.accepted");
    }

    @Test
    void answersRevocationRequests() {
        send("r1", "/me", GOOD);
        String request = "{\"owner\":\"web\",\"name\":\"shop%s\",\"reason\":\"%s\",\"comment\":\"a\\u0000b\"}";

        send(
                "r2",
                "/me",
                "revocation.requested",
                request.formatted("", "superseded").replace("\\u0000", ""));
        send("r3", "/me", "revocation.requested", request.formatted("", "superseded"));
        send("r4", "/me", "revocation.requested", request.formatted("\\u0000", "superseded"));
        send("r5", "/me", "revocation.requested", request.formatted("", "boredom"));

        assertThat(ends).containsExactly("ack", "ack", "ack", "ack", "dead letter");
        assertThat(data().stream()
                        .skip(1)
                        .map(fact -> fact.get("requestId").asText() + " "
                                + fact.at("/problems/0/code").asText()))
                .containsExactly("r2 nothing-to-revoke", "r3 invalid-field", "r4 invalid-field", "r5 invalid-field");
        assertThat(data().getLast().at("/problems/0/detail").asText())
                .contains("'reason' must be one of [unspecified, keyCompromise");
    }

    private void send(String id, String source, String value) {
        send(id, source, "certificate.requested", value);
    }

    private void send(String id, String source, String type, String value) {
        var record = new ConsumerRecord<>("certificate.requests", 0, offset++, "k", value.getBytes(UTF_8));
        record.headers().add("ce_id", id.getBytes(UTF_8));
        record.headers().add("ce_source", source.getBytes(UTF_8));
        record.headers().add("ce_type", type.getBytes(UTF_8));
        consumer.on(Message.of(record, this::acknowledged))
                .toCompletableFuture()
                .join();
    }

    /** A dead letter is acknowledged as well. */
    private CompletableFuture<Void> acknowledged() {
        if (ends.size() < offset) {
            ends.add("ack");
        }
        return CompletableFuture.completedFuture(null);
    }

    private List<JsonNode> data() {
        return parts.database.inTransaction(tx -> tx.createQuery("SELECT data FROM outbox ORDER BY seq")
                .map((row, context) -> {
                    try {
                        return EventCodec.mapper().readTree(row.getBytes("data"));
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .list());
    }
}
