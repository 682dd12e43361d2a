package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.Sha256;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.TestbedIssuers;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.vault.VaultApi;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Thousands of hostile records on each of the seven topics, and on the topic of a team. No record stops a channel: after
 * each round, each of the 13 channels (ServiceChannelsTest) processes a good one.
 */
class HostileRecordsScenarioIT {
    private static final int ROUNDS = 3;
    private static final int RECORDS_PER_ROUND = Integer.getInteger("perennial.hostile.records", 1_000);
    private static final long SEED = Long.getLong("perennial.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(IntStream.range(-1, ROUNDS)
            .mapToObj(round -> Site.of(name(round), name(round) + ".demo.test"))
            .toList());

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;
    private static KafkaProducer<byte[], byte[]> producer;
    private static KafkaProducer<byte[], byte[]> compressing;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
        client.createTeamTopic("hostile");
        producer = producer("none");
        compressing = producer("gzip");
    }

    @AfterAll
    static void stop() {
        Stream.of(producer, compressing).forEach(KafkaProducer::close);
    }

    @Test
    void processesAGoodRecordOnEveryChannelAfterEachRoundOfHostileOnes() {
        System.out.println("seed of the hostile records: " + SEED + " (-Dperennial.seed=)");
        HostileRecords hostile = new HostileRecords(
                SEED,
                served(-1, "pebble"),
                stack.acmeProxy().directory(),
                ServiceSignature.keysOfServices(stack.vault().api()));

        for (int round = 0; round < ROUNDS; round++) {
            send(producer, hostile.everyTypeOnEveryTopic());
            send(producer, hostile.large());
            refusesToStore(hostile.compressible());
            send(
                    producer,
                    Stream.generate(hostile::next).limit(RECORDS_PER_ROUND).toList());

            processesGoodRecords(round);
        }

        reachesTheEndOfEveryTopic();
        assertThat(stack.parts())
                .allSatisfy(part -> assertThat(part.healthy()).as(part.name()).isTrue());
    }

    private static void processesGoodRecords(int round) {
        // order-service requests, validation-service orders and issuers, issuance-service validations and issuers,
        // deploy-agent issuances
        String issuer = createIssuer(round);
        CertificateDeployed deployed = served(round, issuer);
        // order-service validations, issuances and deployments
        client.awaitState(deployed.certificateId().toString(), "DEPLOYED");
        // validation-service challenges
        answersAChallengeOfAnotherReplica("hostile-token-" + round);
        // issuance-service orders
        destroysTheKeyOfAnAbandonedOrder();
        // issuance-service revocations
        revokes(deployed);
        // order-service team-requests
        answersARequestOfATeam(round);
        assertThat(stack.services())
                .filteredOn(service -> !service.healthy())
                .extracting(Part::name)
                .isEmpty();
    }

    private static String createIssuer(int round) {
        String issuer = name(round);
        byte[] body = EventCodec.mapper()
                .valueToTree(TestbedIssuers.settings(issuer, stack.acmeProxy(), Map.of()))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        var answer = client.call(authorized("/api/v1/issuers/" + issuer)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return issuer;
    }

    private static CertificateDeployed served(int round, String issuer) {
        String name = name(round);
        String request = client.request(client.certificate(name, issuer, List.of(name + ".demo.test")));
        events.await(CertificateAccepted.class, accepted -> accepted.requestId().equals(request));
        CertificateDeployed deployed =
                events.await(CertificateDeployed.class, it -> it.name().equals(name));
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), name + ".demo.test")))
                .isEqualTo(deployed.fingerprint());
        return deployed;
    }

    private static void answersAChallengeOfAnotherReplica(String token) {
        var presented = new ChallengePresented(
                token,
                token + ".thumbprint",
                Identifier.dns("hostile.demo.test"),
                "http-01",
                Clock.systemUTC().instant().plus(Duration.ofMinutes(5)),
                Optional.empty());
        CloudEvent event = CloudEvent.about(
                token,
                URI.create("/perennial/validation-service"),
                presented,
                new Initiator("token:ci-shop"),
                Clock.systemUTC());
        client.publish(Topic.CHALLENGES, event);

        URI url = URI.create("http://127.0.0.1:" + stack.http01Port() + "/.well-known/acme-challenge/" + token);
        Await.until("the response to " + url, LIMIT, () -> client.call(HttpRequest.newBuilder(url))
                .body()
                .equals(presented.keyAuthorization()));
    }

    private static void destroysTheKeyOfAnAbandonedOrder() {
        OrderId order = OrderId.next();
        String path = "perennial/data/orders/" + order;
        stack.vault().api().put(path, Map.of("data", Map.of("privateKey", "of an abandoned order")));

        client.publish(new OrderFailed(
                CertificateId.next(), order, 1, Problem.of(ErrorCode.CA_REFUSED, "abandoned by this test")));

        Await.until("the mark that replaces the key", LIMIT, () -> isAbandoned(path));
    }

    private static boolean isAbandoned(String path) {
        try {
            return stack.vault().api().get(path).at("/data/data").has("abandonedAt");
        } catch (VaultApi.Refused notFound) {
            return false;
        }
    }

    private static void revokes(CertificateDeployed deployed) {
        var answer = client.call(authorized("/api/v1/certificates/" + deployed.certificateId() + "/revocations")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"superseded\",\"replace\":false}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        events.await(CertificateRevoked.class, revoked -> revoked.fingerprint().equals(deployed.fingerprint()));
    }

    private static void answersARequestOfATeam(int round) {
        String request = client.requestOfTeam("hostile", client.ownedBy("blog", "hostile-team-" + round));
        events.await(CertificateRefused.class, refused -> refused.requestId().equals(request));
    }

    private static HttpRequest.Builder authorized(String path) {
        return HttpRequest.newBuilder(stack.rest().resolve(path))
                .header("Authorization", "Bearer " + stack.restToken());
    }

    /** The groups of the compacted topics belong to one replica and do not commit. */
    private static void reachesTheEndOfEveryTopic() {
        try (var groups = new ConsumerGroups(
                stack.bootstrapServers(),
                "order-service",
                "order-service-teams",
                "validation-service",
                "issuance-service",
                "issuance-service.revocations",
                "deploy-agent." + stack.host())) {
            Await.until(
                    "offset of every group at the end",
                    LIMIT,
                    () -> groups.lag().isEmpty(),
                    () -> groups.lag().toString());
        }
    }

    /** The broker checks the size without compression. */
    private static void refusesToStore(List<ProducerRecord<byte[], byte[]>> records) {
        assertThat(records).allSatisfy(record -> assertThat(compressing.send(record))
                .as(record.topic())
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withCauseInstanceOf(RecordTooLargeException.class));
    }

    private static void send(KafkaProducer<byte[], byte[]> through, List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<?>> sent = new ArrayList<>();
        records.forEach(record -> sent.add(through.send(record)));
        through.flush();
        assertThat(sent).allSatisfy(record -> assertThat(record.state())
                .as(() -> record.exceptionNow().toString())
                .isEqualTo(Future.State.SUCCESS));
    }

    private static KafkaProducer<byte[], byte[]> producer(String compression) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        stack.bootstrapServers(),
                        "max.request.size",
                        4_000_000,
                        "compression.type",
                        compression),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static String name(int round) {
        return "hostile-" + (round + 1);
    }
}
