package dev.perennial.testbed.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.testbed.PartFailedException;
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
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The two ways to request a certificate: an event on Kafka and a REST call. */
public final class RequestChannels {
    private static final int ACCEPTED = 202;
    private final Stack stack;

    public RequestChannels(Stack stack) {
        this.stack = stack;
    }

    /** Writes the request to its topic and waits for the broker's acknowledgement. Returns the CloudEvents id. */
    public String sendEvent(DemoRequest certificate) {
        var event = CloudEvent.request(
                certificate.name(), URI.create("/perennial/demo"), certificate.request(), Clock.systemUTC());
        var record = new ProducerRecord<>(
                event.type().topic().topicName(), certificate.name(), EventCodec.encode(certificate.request()));
        event.headers().forEach((name, value) -> record.headers().add(name, bytes(value)));
        record.headers().add("traceparent", bytes(certificate.traceParent()));
        Map<String, Object> settings = Map.of("bootstrap.servers", stack.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
            return event.id();
        } catch (ExecutionException e) {
            throw new PartFailedException("demo", "the request could not be written to Kafka", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException("demo", "was interrupted", e);
        }
    }

    /** Posts the request and returns the id of the certificate. */
    public String post(DemoRequest certificate) {
        var request = HttpRequest.newBuilder(stack.rest().resolve("/api/v1/certificates"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + stack.restToken())
                .header("Content-Type", "application/json")
                .header("traceparent", certificate.traceParent())
                .POST(HttpRequest.BodyPublishers.ofByteArray(EventCodec.encode(certificate.request())))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != ACCEPTED) {
                throw new PartFailedException(
                        "demo", "the REST call returned HTTP " + answer.statusCode() + ": " + answer.body());
            }
            JsonNode body = EventCodec.mapper().readTree(answer.body());
            return body.required("certificateId").asText();
        } catch (IOException e) {
            throw new PartFailedException("demo", "the REST call failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException("demo", "was interrupted", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
