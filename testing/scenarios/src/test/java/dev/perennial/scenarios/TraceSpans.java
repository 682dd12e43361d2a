package dev.perennial.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.testbed.Stack;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The spans of a trace in Zipkin. */
final class TraceSpans {
    private TraceSpans() {}

    /** Zipkin's JSON; empty if it does not have the trace. */
    static JsonNode of(Stack stack, FleetClient client, String traceId) {
        HttpResponse<String> answer = client.call(
                HttpRequest.newBuilder(stack.zipkin().address().resolve("/zipkin/api/v2/trace/" + traceId)));
        return answer.statusCode() == 200
                ? FleetClient.json(answer.body())
                : EventCodec.mapper().createArrayNode();
    }

    /** Spans whose parent is neither in this trace nor the requester's span. */
    static List<JsonNode> orphans(List<JsonNode> spans, String requesterSpan) {
        Set<String> parents = new HashSet<>(Set.of(requesterSpan));
        spans.forEach(span -> parents.add(span.get("id").asText()));
        return spans.stream()
                .filter(span -> !parents.contains(span.path("parentId").asText()))
                .toList();
    }

    static Set<String> services(List<JsonNode> spans) {
        return spans.stream()
                .map(span -> span.at("/localEndpoint/serviceName").asText())
                .collect(Collectors.toSet());
    }

    static Set<String> names(List<JsonNode> spans) {
        return spans.stream()
                .map(span -> span.path("name").asText().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
