package dev.perennial.testbed.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.testbed.Stack;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What the order-service says of the certificates, over REST. */
final class InventoryReader {
    private static final String CERTIFICATES = "/api/v1/certificates";

    /** One certificate, and the fingerprint of what was issued for it; empty before that. */
    record Known(String id, String state, String fingerprint) {
        boolean isDeployed() {
            return state.equals("DEPLOYED");
        }
    }

    private final Stack stack;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    InventoryReader(Stack stack) {
        this.stack = stack;
    }

    /** By name; nothing where it does not answer just now. */
    Map<String, Known> certificates() {
        Map<String, Known> known = new HashMap<>();
        for (JsonNode item :
                get(CERTIFICATES + "?limit=500&owner=" + Intent.OWNER).path("items")) {
            known.put(
                    item.path("name").asText(),
                    new Known(
                            item.path("certificateId").asText(),
                            item.path("state").asText(),
                            item.at("/issued/fingerprint").asText()));
        }
        return known;
    }

    long deployed() {
        return certificates().values().stream().filter(Known::isDeployed).count();
    }

    /** Its story, as text. */
    String story(Known certificate) {
        JsonNode detail = get(CERTIFICATES + "/" + certificate.id());
        StringBuilder text = new StringBuilder();
        detail.path("timeline").forEach(entry -> text.append("\n           ").append(entry));
        return text.append("\n           orders: ")
                .append(detail.path("orders"))
                .toString();
    }

    /** How many orders were made for it. */
    int orders(Known certificate) {
        return get(CERTIFICATES + "/" + certificate.id()).path("orders").size();
    }

    private JsonNode get(String path) {
        var request = HttpRequest.newBuilder(stack.rest().resolve(path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + stack.restToken())
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? EventCodec.mapper().readTree(answer.body())
                    : EventCodec.mapper().createObjectNode();
        } catch (IOException e) {
            return EventCodec.mapper().createObjectNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
