package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Request;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A client of the fleet: requests certificates on Kafka and over REST. */
final class FleetClient implements AutoCloseable {
    private static final Duration STATE_TIMEOUT = Duration.ofSeconds(60);
    private static final URI SOURCE = URI.create("/scenarios");
    /** The same key for all requests, so that they are processed in order. */
    private static final String KEY = "scenarios";

    private final Stack stack;
    private final KafkaProducer<String, byte[]> producer;
    private final HttpClient http = HttpClient.newHttpClient();

    FleetClient(Stack stack) {
        this.stack = stack;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers(), "max.request.size", 2_000_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    CertificateRequested certificate(String name, String... dnsNames) {
        return certificate(name, Optional.empty(), Arrays.asList(dnsNames));
    }

    /** A certificate from this issuer. */
    CertificateRequested certificate(String name, String issuer, List<String> dnsNames) {
        return certificate(name, Optional.of(issuer), dnsNames);
    }

    private CertificateRequested certificate(String name, Optional<String> issuer, List<String> dnsNames) {
        return new CertificateRequested(
                name,
                "scenarios",
                dnsNames.stream()
                        .map(dns -> new RequestedIdentifier("dns", dns))
                        .toList(),
                issuer,
                Optional.empty(),
                List.of(stack.host()),
                Map.of());
    }

    /** @return the id of the request */
    String request(CertificateRequested data) {
        return request(KEY, data);
    }

    /** Sends the request with its own record key, so that several replicas receive requests. */
    String request(String key, CertificateRequested data) {
        CloudEvent event = CloudEvent.request(data.name(), SOURCE, data, Clock.systemUTC());
        send(Topic.REQUESTS, key, event.headers(), EventCodec.encode(data));
        return event.id();
    }

    /** A request for a certificate of this owner without target hosts. */
    CertificateRequested ownedBy(String owner, String name) {
        return new CertificateRequested(
                name,
                owner,
                List.of(new RequestedIdentifier("dns", name + ".demo.test")),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    /** As an operator does it, with the settings of the contract. */
    void createTeamTopic(String team) {
        NewTopic topic =
                new NewTopic(Topic.ofTeam(team), Topic.PARTITIONS, (short) 1).configs(Topic.REQUESTS.settings());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            admin.createTopics(List.of(topic)).all().get();
        } catch (Exception e) {
            throw new AssertionError("the topic was not created", e);
        }
    }

    /** @return the id of the request */
    String requestOfTeam(String team, Request data) {
        return requestOfTeam(team, data, Map.of());
    }

    /** @param more headers */
    String requestOfTeam(String team, Request data, Map<String, String> more) {
        CloudEvent event = CloudEvent.request(team, SOURCE, data, Clock.systemUTC());
        Map<String, String> headers = event.headers();
        headers.putAll(more);
        send(Topic.ofTeam(team), team, headers, EventCodec.encode(data));
        return event.id();
    }

    /** Sends a record that is no event to the topic of a team. */
    void sendToTeam(String team, byte[] value) {
        send(Topic.ofTeam(team), team, Map.of(), value);
    }

    Map<String, String> headers(String id) {
        Map<String, String> headers = new HashMap<>();
        headers.put(CloudEvent.SPEC_VERSION, CloudEvent.VERSION);
        headers.put(CloudEvent.ID, id);
        headers.put(CloudEvent.SOURCE, SOURCE.toString());
        headers.put(CloudEvent.TYPE, "certificate.requested");
        headers.put(CloudEvent.CONTENT_TYPE, CloudEvent.JSON);
        return headers;
    }

    /** Publishes a fact like the order-service. */
    void publish(OrderFact fact) {
        URI source = URI.create("/perennial/order-service");
        CloudEvent event = CloudEvent.about(
                fact.certificateId().toString(), source, fact, Initiator.system(source), Clock.systemUTC());
        publish(Topic.ORDERS, event);
    }

    /** Publishes a fact like an order-service that does not sign. */
    void publishUnsigned(OrderFact fact) {
        URI source = URI.create("/perennial/order-service");
        CloudEvent event = CloudEvent.about(
                fact.certificateId().toString(), source, fact, Initiator.system(source), Clock.systemUTC());
        send(Topic.ORDERS, event.subject(), event.headers(), EventCodec.encode(event.data()));
    }

    /** Publishes an event like the writer of the topic, with its signature if the writer is a service. */
    void publish(Topic topic, CloudEvent event) {
        Map<String, String> headers = event.headers();
        byte[] value = EventCodec.encode(event.data());
        topic.service()
                .ifPresent(service -> headers.put(
                        CloudEvent.SIGNATURE,
                        ServiceSignature.sign(
                                ServiceSignature.keyOf(stack.vault().api(), service),
                                topic.topicName(),
                                headers,
                                value)));
        send(topic, event.subject(), headers, value);
    }

    /**
     * Publishes events of an unknown type, each with its own key, as a load for the dispatch and acknowledgement of
     * records.
     */
    void publishUnknownEvents(Topic topic, int count) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var record = new ProducerRecord<>(
                    topic.topicName(), UUID.randomUUID().toString(), "{}".getBytes(StandardCharsets.UTF_8));
            Map<String, String> headers = headers(record.key());
            headers.put(CloudEvent.TYPE, "certificate.praised");
            headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
            sent.add(producer.send(record));
        }
        producer.flush();
        assertThat(sent).allSatisfy(event -> assertThat(event.state()).isEqualTo(Future.State.SUCCESS));
    }

    void send(Map<String, String> headers, byte[] value) {
        send(Topic.REQUESTS, KEY, headers, value);
    }

    private void send(Topic topic, String key, Map<String, String> headers, byte[] value) {
        send(topic.topicName(), key, headers, value);
    }

    private void send(String topic, String key, Map<String, String> headers, byte[] value) {
        var record = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(record).get();
        } catch (Exception e) {
            throw new AssertionError("the broker did not accept the record", e);
        }
    }

    HttpResponse<String> post(String body) {
        return call(HttpRequest.newBuilder(stack.rest().resolve("/api/v1/certificates"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + stack.restToken())
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> post(CertificateRequested data) {
        return post(new String(EventCodec.encode(data), StandardCharsets.UTF_8));
    }

    JsonNode get(String path) {
        var answer = call(HttpRequest.newBuilder(stack.rest().resolve(path))
                .header("Authorization", "Bearer " + stack.restToken()));
        return json(answer.body());
    }

    /** Sends a request without a body. */
    HttpResponse<String> call(String method, String path) {
        return call(HttpRequest.newBuilder(stack.rest().resolve(path))
                .header("Authorization", "Bearer " + stack.restToken())
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    /** Replaces the policy of the owners. */
    void applyPolicy(String document) {
        HttpResponse<String> answer = call(HttpRequest.newBuilder(stack.rest().resolve("/api/v1/policy"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + stack.restToken())
                .header("If-Match", get("/api/v1/policy").get("revision").asText())
                .PUT(HttpRequest.BodyPublishers.ofString(document)));
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    }

    /** Approves a waiting request as an admin. */
    void approve(ApprovalId id) {
        HttpResponse<String> answer =
                call(HttpRequest.newBuilder(stack.rest().resolve("/api/v1/approvals/" + id + "/approve"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + stack.restToken())
                        .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    HttpResponse<String> call(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return EventCodec.mapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** Waits until the latest order of a certificate has this state, and returns the certificate. */
    JsonNode awaitState(String id, String state) {
        JsonNode[] last = new JsonNode[1];
        Await.until(
                "state " + state,
                STATE_TIMEOUT,
                () -> {
                    last[0] = get("/api/v1/certificates/" + id);
                    return last[0].at("/orders/0/state").asText().equals(state);
                },
                () -> String.valueOf(last[0]));
        return last[0];
    }

    @Override
    public void close() {
        producer.close();
        http.close();
    }
}
