package dev.perennial.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.OrderId;
import dev.perennial.testbed.fleet.ServicePart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;

/** The log file of a running service. */
final class ServiceLog {
    private ServiceLog() {}

    /** The lines with the order's id, without an incomplete last line. */
    static List<JsonNode> about(OrderId order, ServicePart service) {
        return complete(service)
                // Until its formatter is installed, a starting service logs plain text.
                .filter(line -> line.startsWith("{"))
                .map(FleetClient::json)
                .filter(line -> order.toString().equals(line.path("orderId").asText()))
                .toList();
    }

    static boolean contains(String text, ServicePart service) {
        return complete(service).anyMatch(line -> line.contains(text));
    }

    private static Stream<String> complete(ServicePart service) {
        try {
            String text = Files.readString(service.log().orElseThrow(), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
