package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
    private static final String REQUEST =
            Golden.tree(EventType.CERTIFICATE_REQUESTED).toString();

    @Test
    void writesAnEventWithItsHeaders() {
        Instant now = Instant.parse("2026-11-21T10:00:00.123Z");
        CertificateId id = CertificateId.next();
        OrderFailed fact = new OrderFailed(
                id, OrderId.next(), 2, Problem.of(ErrorCode.CA_REFUSED, "no").nextAttempt(now));

        CloudEvent event = CloudEvent.about(
                id.toString(),
                URI.create("/perennial/order-service"),
                fact,
                new Initiator("token:ci-shop"),
                Clock.fixed(now, ZoneOffset.UTC));

        assertThat(EventCodec.decode(event.headers(), EventCodec.encode(fact)))
                .isEqualTo(new DecodedRecord.Known(event));
    }

    @Test
    void omitsAbsentFieldsAndReadsThemAsAbsent() {
        CertificateRequested least = new CertificateRequested(
                "shop", "web", List.of(new RequestedIdentifier("dns", "Shop.example")), null, null, null, null);

        String json = new String(EventCodec.encode(least), StandardCharsets.UTF_8);

        assertThat(json).doesNotContain("issuer", "keyType").contains("\"rehearse\":false");
        assertThat(known(EventType.CERTIFICATE_REQUESTED, json).data()).isEqualTo(least);
        assertThat(known(EventType.CERTIFICATE_REQUESTED, """
                        {"name":"shop","owner":"web","identifiers":[{"type":"dns","value":"Shop.example"}],
                         "issuer":null,"keyType":null,"targets":null,"labels":null,"rehearse":null}""").data()).isEqualTo(least);
    }

    @Test
    void writesLabelsInOneOrderInEveryProcess() {
        Map<String, String> labels = new HashMap<>();
        for (int i = 99; i >= 10; i--) {
            labels.put("l" + i, "x");
        }

        String json = new String(
                EventCodec.encode(new CertificateRequested("a", "b", List.of(), null, null, null, labels)),
                StandardCharsets.UTF_8);

        assertThat(json.replaceAll(".*\"labels\":\\{|},.*|[^l0-9,]", "")
                        .replace("x", "")
                        .split(","))
                .isSorted()
                .hasSize(90);
    }

    @Test
    void roundTripsAnUnpairedSurrogate() {
        Problem problem = Problem.of(ErrorCode.CA_REFUSED, "half \ud83d", "x".repeat(1_999) + "\ud83d\ude00");
        OrderFailed fact = new OrderFailed(CertificateId.next(), OrderId.next(), 1, problem);

        String json = new String(EventCodec.encode(fact), StandardCharsets.UTF_8);

        assertThat(known(EventType.ORDER_FAILED, json).data()).isEqualTo(fact);
    }

    @ParameterizedTest
    @ValueSource(strings = {CloudEvent.ID, CloudEvent.SOURCE, CloudEvent.TYPE})
    void aRecordWithoutARequiredHeaderIsMalformed(String header) {
        Map<String, String> headers = new HashMap<>(Golden.headers(EventType.CERTIFICATE_REQUESTED));
        headers.remove(header);

        Problem problem = problem(EventCodec.decode(headers, bytes(REQUEST)));

        assertThat(problem.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
        assertThat(problem.detail()).contains("ce_id", "ce_source", "ce_type");
    }

    @ParameterizedTest
    @CsvSource({"ce_time, yesterday", "ce_time, ''", "ce_source, 'not a uri'"})
    void aHeaderThatCannotBeReadIsMalformed(String header, String value) {
        Map<String, String> headers = new HashMap<>(Golden.headers(EventType.CERTIFICATE_REQUESTED));
        headers.put(header, value);

        Problem problem = problem(EventCodec.decode(headers, bytes(REQUEST)));

        assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_FIELD);
        assertThat(problem.detail()).isEqualTo("header ce_time or ce_source is malformed");
    }

    @Test
    void timeAndSubjectMayBeAbsent() {
        Map<String, String> headers = new HashMap<>(Golden.headers(EventType.CERTIFICATE_REQUESTED));
        headers.remove(CloudEvent.TIME);
        headers.remove(CloudEvent.SUBJECT);

        assertThat(EventCodec.decode(headers, bytes(REQUEST)))
                .isInstanceOfSatisfying(DecodedRecord.Known.class, known -> assertThat(
                                known.event().subject())
                        .isEqualTo(known.event().id()));
    }

    @Test
    void readsAnUnknownTypeWithoutItsValue() {
        Map<String, String> headers = new HashMap<>(Golden.headers(EventType.CERTIFICATE_REQUESTED));
        headers.put(CloudEvent.TYPE, "certificate.admired");

        assertThat(EventCodec.decode(headers, bytes("not JSON")))
                .isEqualTo(new DecodedRecord.Unknown(headers.get(CloudEvent.ID), "certificate.admired"));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "null",
                "hunter2",
                "{\"name\":hunter2}",
                "{\"name\":\"hunter2",
                "{\"identifiers\":[{\"type\":hunter2}]}",
                "{\"labels\":{\"hunter2\":hunter2}}",
                "{'name':'hunter2'}",
                "{\"hunter2\":\"\u0001\"}"
            })
    void rejectsInvalidJsonWithoutQuotingIt(String value) {
        assertDefect(ErrorCode.MALFORMED_JSON, EventType.CERTIFICATE_REQUESTED, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {" {}", " hunter2", " null", "]", ",\"hunter2\""})
    void rejectsTextAfterTheValue(String trailer) {
        assertDefect(ErrorCode.MALFORMED_JSON, EventType.CERTIFICATE_REQUESTED, REQUEST + trailer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"hunter2\"", "42", "true"})
    void requiresAnObjectAsValue(String value) {
        assertThat(assertDefect(ErrorCode.INVALID_FIELD, EventType.CERTIFICATE_REQUESTED, value))
                .isEqualTo("the value must be an object");
    }

    @Test
    void rejectsATooLargeValueWithoutParsingIt() {
        byte[] large = new byte[EventCodec.MAX_BYTES + 1];

        Problem problem = problem(EventCodec.decode(Golden.headers(EventType.ORDER_PLACED), large));

        assertThat(problem.code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(problem.detail()).contains("262145", "262144");
    }

    @Test
    void acceptsAValueOfTheMaximumSize() {
        String padded = REQUEST + " ".repeat(EventCodec.MAX_BYTES - REQUEST.length());

        assertThat(known(EventType.CERTIFICATE_REQUESTED, padded).subject()).isEqualTo("web-team/shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"hunter2\":"})
    void rejectsDeepNesting(String opening) {
        for (String field : List.of("hunter2", "name", "labels", "identifiers")) {
            String deep = "{\"" + field + "\":" + opening.repeat(10_000);

            Problem problem = problem(EventCodec.decode(Golden.headers(EventType.CERTIFICATE_REQUESTED), bytes(deep)));

            assertThat(problem.detail())
                    .doesNotContain("hunter2")
                    .doesNotContain("com.")
                    .hasSizeLessThan(200);
        }
    }

    @Test
    void rejectsDeepNestingInAnUnknownField() {
        String deep = "{\"x\":" + "[".repeat(33) + "]".repeat(33) + "}";

        assertThat(assertDefect(ErrorCode.MALFORMED_JSON, EventType.CERTIFICATE_REQUESTED, deep))
                .startsWith("the JSON is nested too deeply");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "certificate.requested | \"name\":\"shop\" | \"name\":5 | field 'name' must be a string",
                "certificate.requested | \"name\":\"shop\" | \"name\":{\"hunter2\":1} | field 'name' must be a string",
                "certificate.requested | \"name\":\"shop\" | \"name\":true | field 'name' must be a string",
                "certificate.requested | [\"web-1\",\"web-2\"] | \"hunter2\" | field 'targets' must be an array",
                "certificate.requested | [\"web-1\",\"web-2\"] | [null] | field 'targets[0]' must not be null",
                "certificate.requested | \"4711\" | {} | field 'labels[*]' must be a string",
                "certificate.requested | \"4711\" | null | field 'labels[*]' must not be null",
                "certificate.requested | \"type\":\"dns\" | \"type\":null | field 'identifiers[0].type' must not be null",
                "certificate.requested | \"rehearse\":false | \"rehearse\":\"hunter2\" | field 'rehearse' must be true or false",
                "order.placed | \"rehearsal\":false | \"rehearsal\":1 | field 'order.rehearsal' must be true or false",
                "certificate.accepted | \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\" | \"hunter2\" | field 'certificateId' must be a UUID",
                "certificate.accepted | \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\" | \"1-1-1-1-1\" | field 'certificateId' must be a UUID",
                "certificate.accepted | \"ORDERED\" | \"hunter2\" | field 'disposition' must be one of [ORDERED, ALREADY_RUNNING, ALREADY_CURRENT]",
                "certificate.accepted | \"ORDERED\" | 0 | field 'disposition' must be one of [ORDERED, ALREADY_RUNNING, ALREADY_CURRENT]",
                "order.placed | \"attempt\":1 | \"attempt\":\"1\" | field 'order.attempt' must be an integer in range",
                "order.placed | \"attempt\":1 | \"attempt\":1.5 | field 'order.attempt' must be an integer in range",
                "order.placed | \"attempt\":1 | \"attempt\":null | field 'order.attempt' must not be null",
                "order.placed | \"https://ca.example/order/7k2m\" | \"hunter2 hunter2\" | field 'order.acmeOrder.url' must be a URI",
                "order.placed | \"2026-11-28T10:00:00Z\" | \"hunter2\" | field 'order.acmeOrder.expires' must be an RFC 3339 date and time",
                "order.placed | \"value\":\"www.shop.example.com\" | \"value\":\"hunter2\" | field 'order.identifiers[1]' must be a canonical identifier, {\"type\":\"dns\",\"value\":...}",
            })
    void namesAFieldOfAWrongTypeWithoutQuotingItsValue(String type, String from, String to, String defect) {
        EventType eventType = EventType.fromWire(type).orElseThrow();
        String golden = Golden.tree(eventType).toString();
        assertThat(golden).contains(from);

        assertThat(assertDefect(ErrorCode.INVALID_FIELD, eventType, golden.replaceFirst(Pattern.quote(from), to)))
                .isEqualTo(defect);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeHasItsWireNameAndTopic(EventType type) {
        assertThat(EventType.fromWire(type.wireName())).contains(type);
        assertThat(type.wireName()).matches("[a-z]+\\.[a-z-]+");
        assertThat(EventType.fromWire(type.dataClass().getSimpleName())).isEqualTo(Optional.empty());
    }

    private static String assertDefect(ErrorCode code, EventType type, String value) {
        Problem problem = problem(EventCodec.decode(Golden.headers(type), value == null ? null : bytes(value)));

        assertThat(problem.code()).as(problem.detail()).isEqualTo(code);
        assertThat(problem.detail())
                .doesNotContain("hunter2", "dev.perennial", "com.fasterxml", "java.", "`")
                .hasSizeLessThan(200);
        assertThat(problem.evidence()).isEmpty();
        return problem.detail();
    }

    private static Problem problem(DecodedRecord decoded) {
        assertThat(decoded).isInstanceOf(DecodedRecord.Malformed.class);
        return ((DecodedRecord.Malformed) decoded).problem();
    }

    private static CloudEvent known(EventType type, String json) {
        DecodedRecord decoded = EventCodec.decode(Golden.headers(type), bytes(json));
        assertThat(decoded).isInstanceOf(DecodedRecord.Known.class);
        return ((DecodedRecord.Known) decoded).event();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
