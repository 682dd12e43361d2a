package dev.perennial.testbed.chaos;

import dev.perennial.testbed.process.HealthCheck;
import dev.perennial.testbed.process.Ports;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Requests http-01 responses from the validation-service, like the CA. */
final class ResponderCheck {
    private ResponderCheck() {}

    /** The tokens that are still answered (RFC 8555 section 8.3). Parallel, because the service waits 2 s for an unknown token. */
    static List<String> answered(int port, Collection<String> tokens) {
        Map<String, Future<Boolean>> checks = new TreeMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String token : tokens) {
                URI url = Ports.loopback("http", port).resolve("/.well-known/acme-challenge/" + token);
                checks.put(token, threads.submit(() -> HealthCheck.answers(url)));
            }
        }
        return checks.keySet().stream()
                .filter(token -> checks.get(token).resultNow())
                .toList();
    }
}
