package dev.perennial.testbed.traces;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Converts OTLP spans to Zipkin's JSON v2. Pure. Follows OpenTelemetry's "to Zipkin" mapping for the fields that Zipkin shows. */
final class ZipkinSpans {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ZipkinSpans() {}

    static ArrayNode of(ExportTraceServiceRequest export) {
        ArrayNode all = JSON.arrayNode();
        for (ResourceSpans resource : export.getResourceSpansList()) {
            String service = service(resource);
            resource.getScopeSpansList().stream()
                    .flatMap(scope -> scope.getSpansList().stream())
                    .forEach(span -> all.add(span(span, service)));
        }
        return all;
    }

    private static ObjectNode span(Span span, String service) {
        ObjectNode json = JSON.objectNode();
        json.put("traceId", hex(span.getTraceId()));
        json.put("id", hex(span.getSpanId()));
        if (!span.getParentSpanId().isEmpty()) {
            json.put("parentId", hex(span.getParentSpanId()));
        }
        json.put("name", span.getName());
        kind(span.getKind()).ifPresent(kind -> json.put("kind", kind));
        json.put("timestamp", span.getStartTimeUnixNano() / 1_000);
        // Zipkin interprets 0 as unknown and would show no bar.
        json.put("duration", Math.max(1, (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1_000));
        json.putObject("localEndpoint").put("serviceName", service);
        tags(span, json.putObject("tags"));
        ArrayNode annotations = json.putArray("annotations");
        span.getEventsList().forEach(event -> annotations
                .addObject()
                .put("timestamp", event.getTimeUnixNano() / 1_000)
                .put("value", event.getName()));
        return json;
    }

    private static void tags(Span span, ObjectNode tags) {
        span.getAttributesList().forEach(tag -> tags.put(tag.getKey(), text(tag.getValue())));
        if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
            tags.put("otel.status_code", "ERROR");
            tags.put("error", span.getStatus().getMessage());
        }
    }

    private static String service(ResourceSpans resource) {
        List<KeyValue> attributes = resource.getResource().getAttributesList();
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals("service.name"))
                .map(attribute -> text(attribute.getValue()))
                .findFirst()
                .orElse("unknown");
    }

    private static Optional<String> kind(Span.SpanKind kind) {
        return switch (kind) {
            case SPAN_KIND_SERVER -> Optional.of("SERVER");
            case SPAN_KIND_CLIENT -> Optional.of("CLIENT");
            case SPAN_KIND_PRODUCER -> Optional.of("PRODUCER");
            case SPAN_KIND_CONSUMER -> Optional.of("CONSUMER");
            case SPAN_KIND_INTERNAL, SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
            case ARRAY_VALUE ->
                String.join(
                        ",",
                        value.getArrayValue().getValuesList().stream()
                                .map(ZipkinSpans::text)
                                .toList());
            case KVLIST_VALUE, BYTES_VALUE, VALUE_NOT_SET -> "";
        };
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
