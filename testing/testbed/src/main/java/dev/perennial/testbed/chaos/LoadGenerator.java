package dev.perennial.testbed.chaos;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A client that requests certificates. It repeats each request with the same id until it is acknowledged, and then sends it once
 * more, as a client would that has lost the response.
 */
final class LoadGenerator implements AutoCloseable {
    private static final URI SOURCE = URI.create("/perennial/chaos");
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ACCEPTED = 202;

    private final Stack stack;
    private final KafkaProducer<String, byte[]> producer;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    LoadGenerator(Stack stack) {
        this.stack = stack;
        // Through the proxy: its connection to Kafka fails like those of the services.
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        stack.fleetBootstrapServers(),
                        "request.timeout.ms",
                        2_000,
                        "delivery.timeout.ms",
                        5_000,
                        "max.block.ms",
                        5_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Returns when the request has been acknowledged twice. */
    void request(Intent intent) {
        switch (intent.channel()) {
            case EVENT -> {
                CloudEvent event =
                        CloudEvent.request(intent.name(), SOURCE, intent.request(stack.host()), Clock.systemUTC());
                send(event);
                send(event);
            }
            case REST -> {
                post(intent);
                post(intent);
            }
        }
    }

    private void send(CloudEvent event) {
        boolean acknowledged = false;
        while (!acknowledged) {
            var record =
                    new ProducerRecord<>(Topic.REQUESTS.topicName(), event.subject(), EventCodec.encode(event.data()));
            event.headers().forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
            acknowledged = sent(record);
        }
    }

    private boolean sent(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
            return true;
        } catch (ExecutionException | KafkaException e) {
            pause();
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void post(Intent intent) {
        var request = HttpRequest.newBuilder(stack.rest().resolve("/api/v1/certificates"))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + stack.restToken())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", intent.name())
                .POST(HttpRequest.BodyPublishers.ofByteArray(EventCodec.encode(intent.request(stack.host()))))
                .build();
        while (!posted(request)) {
            pause();
        }
    }

    private boolean posted(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 == 4) {
                throw new IllegalStateException("the REST API rejects the request: " + response.body());
            }
            return response.statusCode() == ACCEPTED;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted during a request", e);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        http.close();
    }
}
