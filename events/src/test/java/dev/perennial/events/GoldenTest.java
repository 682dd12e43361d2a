package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenTest {
    @ParameterizedTest
    @EnumSource
    void roundTripsByteForByte(EventType type) {
        String compact = Golden.tree(type).toString();

        CloudEvent event = decode(type, compact.getBytes(StandardCharsets.UTF_8));

        assertThat(new String(EventCodec.encode(event.data()), StandardCharsets.UTF_8))
                .isEqualTo(compact);
        assertThat(event.headers()).containsExactlyEntriesOf(headersWithoutTrace(type));
    }

    /** The bytes from before the first release; types that were renamed or added later have no baseline. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "APPROVAL_DECIDED",
                "APPROVAL_REQUESTED",
                "CERTIFICATE_NAMES_FAILING",
                "CERTIFICATE_RETIRED",
                "CERTIFICATE_TRANSFERRED"
            })
    void readsTheBytesOfTheBaseline(EventType type) {
        String baseline = Golden.baseline(type).toString();

        CloudEvent event = decode(type, baseline.getBytes(StandardCharsets.UTF_8));

        assertThat(contains(tree(event.data()), Golden.baseline(type))).isTrue();
    }

    /** Records of earlier versions have no initiator, and a forged one may be anything. */
    @ParameterizedTest
    @EnumSource
    void readsRecordsWithoutAWellFormedInitiator(EventType type) {
        byte[] value = Golden.text(type).getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = Golden.headers(type);

        headers.remove(CloudEvent.AUTH_TYPE);
        headers.remove(CloudEvent.AUTH_ID);
        assertThat(decode(headers, value).initiator()).isEmpty();
        headers.put(CloudEvent.AUTH_ID, "user:\n\u202e");
        assertThat(decode(headers, value).initiator()).isEmpty();
        headers.put(CloudEvent.AUTH_ID, "token:ci-shop");
        assertThat(decode(headers, value).initiator()).contains(new Initiator("token:ci-shop"));
    }

    @ParameterizedTest
    @EnumSource
    void readsThePrettyForm(EventType type) {
        byte[] pretty = Golden.text(type).getBytes(StandardCharsets.UTF_8);

        CloudEvent event = decode(type, pretty);

        assertThat(event.type()).isEqualTo(type);
        assertThat(event.data()).isInstanceOf(type.dataClass());
        assertThat(event.time()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
        assertThat(event.subject()).isEqualTo(Golden.key(type));
    }

    @ParameterizedTest
    @EnumSource
    void ignoresUnknownFieldsAtEveryDepth(EventType type) {
        ObjectNode newer = Golden.tree(type);
        addUnknownFields(newer);

        CloudEvent event = decode(type, newer.toString().getBytes(StandardCharsets.UTF_8));

        ObjectNode expected = Golden.tree(type);
        if (type == EventType.CERTIFICATE_REQUESTED) {
            // A map has no unknown fields: each entry is a label.
            expected.set("labels", newer.get("labels"));
        }
        assertThat(new String(EventCodec.encode(event.data()), StandardCharsets.UTF_8))
                .isEqualTo(expected.toString());
    }

    @Test
    void readsSettingsOfOlderVersionsAsWithoutRevision() {
        EventType type = EventType.ISSUER_CONFIGURED;
        IssuerConfigured before =
                (IssuerConfigured) decode(type, Golden.text("before/", type).getBytes(StandardCharsets.UTF_8))
                        .data();
        IssuerConfigured now = (IssuerConfigured)
                decode(type, Golden.text(type).getBytes(StandardCharsets.UTF_8)).data();

        assertThat(before.revision()).isEmpty();
        assertThat(contains(tree(now), Golden.tree("before/", type))).isTrue();
        assertThat(now.revision()).contains(7L);
    }

    @Test
    void readsChallengesOfOlderVersionsAsWithoutIssuer() {
        EventType type = EventType.CHALLENGE_PRESENTED;
        CloudEvent event = decode(type, Golden.text("before/", type).getBytes(StandardCharsets.UTF_8));

        ChallengePresented before = (ChallengePresented) event.data();
        assertThat(before.issuer()).isEmpty();
        assertThat(before.key()).isEqualTo(before.token());
        assertThat(contains(tree(before), Golden.tree("before/", type))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"CERTIFICATE_REQUESTED", "ORDER_PLACED", "ORDER_AUTHORIZED", "CERTIFICATE_ISSUED"})
    void readsRecordsOfOlderVersionsAsNoRehearsal(EventType type) {
        CloudEvent event = decode(type, Golden.text("before/", type).getBytes(StandardCharsets.UTF_8));

        assertThat(isRehearsal(event.data())).isFalse();
        assertThat(contains(tree(event.data()), Golden.tree("before/", type))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"CERTIFICATE_REQUESTED", "ORDER_PLACED", "ORDER_AUTHORIZED", "CERTIFICATE_ISSUED"})
    void roundTripsARehearsalByteForByte(EventType type) {
        String compact = Golden.tree("rehearsal/", type).toString();

        CloudEvent event = decode(type, compact.getBytes(StandardCharsets.UTF_8));

        assertThat(isRehearsal(event.data())).isTrue();
        assertThat(new String(EventCodec.encode(event.data()), StandardCharsets.UTF_8))
                .isEqualTo(compact);
    }

    private static boolean isRehearsal(Event data) {
        return switch (data) {
            case CertificateRequested requested -> requested.rehearse();
            case OrderPlaced placed -> placed.order().rehearsal();
            case OrderAuthorized authorized -> authorized.order().rehearsal();
            case CertificateIssued issued -> issued.rehearsal();
            case Event other -> throw new AssertionError("there is no rehearsal of " + other);
        };
    }

    private static JsonNode tree(Event data) {
        try {
            return EventCodec.mapper().readTree(EventCodec.encode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the newer form has every value of the older one. */
    private static boolean contains(JsonNode newer, JsonNode older) {
        return older.isObject()
                ? older.properties().stream()
                        .allMatch(field ->
                                newer.has(field.getKey()) && contains(newer.get(field.getKey()), field.getValue()))
                : newer.equals(older);
    }

    private static void addUnknownFields(JsonNode node) {
        node.forEach(GoldenTest::addUnknownFields);
        if (node instanceof ObjectNode object) {
            addUnknownTo(object);
        }
    }

    private static void addUnknownTo(ObjectNode object) {
        object.put("zzzAddedByANewerVersion", "x");
    }

    private static CloudEvent decode(EventType type, byte[] value) {
        return decode(Golden.headers(type), value);
    }

    private static CloudEvent decode(Map<String, String> headers, byte[] value) {
        DecodedRecord decoded = EventCodec.decode(headers, value);
        assertThat(decoded).isInstanceOf(DecodedRecord.Known.class);
        return ((DecodedRecord.Known) decoded).event();
    }

    private static Map<String, String> headersWithoutTrace(EventType type) {
        Map<String, String> headers = Golden.headers(type);
        headers.remove("traceparent");
        return headers;
    }
}
