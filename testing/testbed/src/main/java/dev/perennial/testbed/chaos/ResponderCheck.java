package dev.perennial.testbed.chaos;

import dev.perennial.testbed.process.HealthCheck;
import dev.perennial.testbed.process.Ports;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** Requests http-01 responses from the validation-service, like the CA. */
final class ResponderCheck {
    private ResponderCheck() {}

    /** The tokens that are still answered (RFC 8555 section 8.3). Parallel, because the service waits 2 s for an unknown token. */
    static List<String> answered(int port, Collection<String> tokens) {
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            tokens.forEach(token -> threads.submit(() -> {
                if (HealthCheck.answers(Ports.loopback("http", port).resolve("/.well-known/acme-challenge/" + token))) {
                    answered.add(token);
                }
            }));
        }
        return List.copyOf(answered);
    }
}
