package dev.perennial.testbed.chaos;

import dev.perennial.testbed.process.HealthCheck;
import dev.perennial.testbed.process.Ports;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** The validation-service as the CA sees it. */
final class ResponderCheck {
    private ResponderCheck() {}

    /** Which of the tokens it still answers (RFC 8555 section 8.3). All at once: it waits two seconds for one that it does not know. */
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
