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

/** Reads the certificates from the REST API of the order-service. */
final class InventoryReader {
    private static final String CERTIFICATES = "/api/v1/certificates";

    /** A certificate with the fingerprint of its issued certificate; empty before the issuance. */
    record InventoryEntry(String id, String state, String fingerprint) {
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

    /** By name; empty if the service does not respond. */
    Map<String, InventoryEntry> certificates() {
        Map<String, InventoryEntry> entries = new HashMap<>();
        for (JsonNode item :
                get(CERTIFICATES + "?limit=500&owner=" + Intent.OWNER).path("items")) {
            entries.put(
                    item.path("name").asText(),
                    new InventoryEntry(
                            item.path("certificateId").asText(),
                            item.path("state").asText(),
                            item.at("/issued/fingerprint").asText()));
        }
        return entries;
    }

    long deployed() {
        return certificates().values().stream()
                .filter(InventoryEntry::isDeployed)
                .count();
    }

    /** The timeline of the certificate, as text. */
    String timeline(InventoryEntry certificate) {
        JsonNode detail = get(CERTIFICATES + "/" + certificate.id());
        StringBuilder text = new StringBuilder();
        detail.path("timeline").forEach(entry -> text.append("\n           ").append(entry));
        return text.append("\n           orders: ")
                .append(detail.path("orders"))
                .toString();
    }

    /** Number of orders of the certificate. */
    int orders(InventoryEntry certificate) {
        return get(CERTIFICATES + "/" + certificate.id()).path("orders").size();
    }

    private JsonNode get(String path) {
        var request = HttpRequest.newBuilder(stack.rest().resolve(path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + stack.restToken())
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200
                    ? EventCodec.mapper().readTree(response.body())
                    : EventCodec.mapper().createObjectNode();
        } catch (IOException e) {
            return EventCodec.mapper().createObjectNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
