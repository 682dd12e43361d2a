package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.vault.VaultApi;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A fleet with Zipkin; each test has its own certificate. The tests are ordered, so that the search for secrets runs
 * last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String REQUESTER_SPAN = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE_ID + "-" + REQUESTER_SPAN + "-01";

    private static final Set<String> SERVICES =
            Set.of("order-service", "validation-service", "issuance-service", "deploy-agent");

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .sites(List.of(
                    Site.of("seven", "seven.demo.test"),
                    Site.of("rest", "rest.demo.test", "www.rest.demo.test"),
                    Site.of("traced", "traced.demo.test"),
                    Site.of("twice", "twice.demo.test"),
                    Site.of("after", "after.demo.test"),
                    Site.of("logged", "logged.demo.test"),
                    Site.of("unsealed", "unsealed.demo.test"),
                    Site.of("sealed", "sealed.demo.test"),
                    Site.of("rsa", "rsa.demo.test"),
                    Site.of("p384", "p384.demo.test")))
            .tracing()
            .ca(ca -> ca.withNonceReject(0)));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    @Order(1)
    void issuesWithSevenRequestsToTheCaPerName() {
        var before = stack.counts();

        deployed("seven", client.certificate("seven", "seven.demo.test"));

        var after = stack.counts();
        long requests = 0;
        for (RequestKind kind : RequestKind.values()) {
            boolean amortized =
                    kind == RequestKind.NEW_NONCE || kind == RequestKind.DIRECTORY || kind == RequestKind.NEW_ACCOUNT;
            requests += amortized ? 0 : after.of(kind) - before.of(kind);
        }
        // Seven without delays; each poll before the order is ready adds one.
        assertThat(requests).as("requests %s", after.requests()).isBetween(6L, 9L);
        assertThat(after.of(RequestKind.NEW_ORDER) - before.of(RequestKind.NEW_ORDER))
                .isEqualTo(1);
        assertThat(after.of(RequestKind.AUTHORIZATION) - before.of(RequestKind.AUTHORIZATION))
                .isEqualTo(1);
        assertThat(after.of(RequestKind.CHALLENGE) - before.of(RequestKind.CHALLENGE))
                .isEqualTo(1);
        assertThat(after.of(RequestKind.FINALIZE) - before.of(RequestKind.FINALIZE))
                .isEqualTo(1);
        assertThat(after.of(RequestKind.CERTIFICATE) - before.of(RequestKind.CERTIFICATE))
                .isEqualTo(1);
    }

    @Test
    @Order(2)
    void deploysACertificateThatWasRequestedOverRestAndShowsItsTimeline() {
        HttpResponse<String> answer = client.post(client.certificate("rest", "rest.demo.test", "WWW.Rest.demo.test."));

        assertThat(answer.statusCode()).isEqualTo(202);
        String id = FleetClient.json(answer.body()).get("certificateId").asText();
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(l -> assertThat(URI.create(l).getPath()).isEqualTo("/api/v1/certificates/" + id));
        var deployed = events.await(
                CertificateDeployed.class, d -> d.certificateId().toString().equals(id));
        for (String name : List.of("rest.demo.test", "www.rest.demo.test")) {
            assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), name)))
                    .isEqualTo(deployed.fingerprint());
        }
        JsonNode certificate = client.awaitState(id, "DEPLOYED");
        assertThat(certificate.at("/orders/0/state").asText()).isEqualTo("DEPLOYED");
        assertThat(certificate.get("timeline").size()).isGreaterThanOrEqualTo(5);
        assertThat(client.get("/api/v1/certificates?name=rest").toString()).contains(id);
    }

    @Test
    @Order(3)
    void recordsOneTraceFromTheRequestEventToTheHandshake() {
        CertificateRequested request = client.certificate("traced", "traced.demo.test");
        var headers = client.headers("traced-request");
        headers.put("traceparent", TRACEPARENT);

        client.send(headers, EventCodec.encode(request));

        events.await(CertificateDeployed.class, d -> d.name().equals("traced"));
        List<JsonNode> spans = new ArrayList<>();
        Await.until(
                "trace with all four services and the handshake, each span with a parent in it",
                LIMIT,
                () -> {
                    spans.clear();
                    TraceSpans.of(stack, client, TRACE_ID).forEach(spans::add);
                    // Spans arrive in batches, and a parent ends after its children.
                    return TraceSpans.services(spans).containsAll(SERVICES)
                            && TraceSpans.names(spans).stream().anyMatch(n -> n.contains("handshake"))
                            && TraceSpans.orphans(spans, REQUESTER_SPAN).isEmpty();
                },
                () -> TraceSpans.services(spans) + " " + TraceSpans.names(spans) + ", orphans: "
                        + TraceSpans.orphans(spans, REQUESTER_SPAN));
        assertThat(TraceSpans.names(spans))
                .anyMatch(n -> n.contains("neworder"))
                .anyMatch(n -> n.contains("finalize"))
                .anyMatch(n -> n.startsWith("vault"));
        for (var received : events.received()) {
            if (received.data() instanceof CertificateDeployed d && d.name().equals("traced")) {
                assertThat(received.headers().get("traceparent")).contains(TRACE_ID);
            }
        }
    }

    @Test
    @Order(4)
    void writesTraceCertificateAndOrderIntoTheLogsOfAllServices() {
        String traceId = "0af7651916cd43dd8448eb211c80319c";
        var headers = client.headers("logged-request");
        headers.put("traceparent", "00-" + traceId + "-b7ad6b7169203331-01");

        client.send(headers, EventCodec.encode(client.certificate("logged", "logged.demo.test")));

        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals("logged"));
        for (String service : SERVICES) {
            Await.until("line about the order in the log of " + service, LIMIT, () -> !ServiceLog.about(
                            deployed.orderId(), stack.service(service))
                    .isEmpty());
            assertThat(ServiceLog.about(deployed.orderId(), stack.service(service)))
                    .as("log of " + service)
                    .allSatisfy(line -> {
                        assertThat(line.path("traceId").asText()).isEqualTo(traceId);
                        assertThat(line.path("certificateId").asText())
                                .isEqualTo(deployed.certificateId().toString());
                        assertThat(line.path("message").asText()).isNotBlank();
                    });
        }
    }

    @Test
    @Order(5)
    void processesAnEventOnceAndAnswersANewOneWithTheRunningOrder() {
        CertificateRequested request = client.certificate("twice", "twice.demo.test");
        var headers = client.headers("twice-1");
        long before = stack.counts().ordersFinalized();

        client.send(headers, EventCodec.encode(request));
        client.send(headers, EventCodec.encode(request));
        String second = client.request(request);

        var first = events.await(CertificateAccepted.class, a -> a.requestId().equals("twice-1"));
        var answer = events.await(CertificateAccepted.class, a -> a.requestId().equals(second));
        assertThat(first.disposition()).isEqualTo(Disposition.ORDERED);
        assertThat(answer.disposition()).isIn(Disposition.ALREADY_RUNNING, Disposition.ALREADY_CURRENT);
        assertThat(answer.orderId()).isEqualTo(first.orderId());
        events.await(CertificateDeployed.class, d -> d.name().equals("twice"));
        assertThat(events.all(CertificateAccepted.class, a -> a.requestId().equals("twice-1")))
                .hasSize(1);
        assertThat(stack.counts().ordersFinalized() - before).isEqualTo(1);
    }

    @Test
    @Order(6)
    void refusesInvalidEventsWithAReasonAndContinues() {
        String label64 = "a".repeat(64);
        String tooLong = "a.".repeat(124) + "a.test";
        refused(request("empty-label", "shop..demo.test"), ErrorCode.INVALID_NAME);
        refused(request("underscore", "my_shop.demo.test"), ErrorCode.INVALID_NAME);
        refused(request("long-label", label64 + ".demo.test"), ErrorCode.INVALID_NAME);
        refused(request("long-name", tooLong), ErrorCode.INVALID_NAME);
        refused(request("wildcard", "*.demo.test"), ErrorCode.WILDCARD_NEEDS_DNS01);
        refused(request("duplicate", "shop.demo.test", "SHOP.demo.test"), ErrorCode.DUPLICATE_NAME);
        refused(
                request(
                        "many",
                        IntStream.range(0, 101)
                                .mapToObj(i -> "n" + i + ".demo.test")
                                .toArray(String[]::new)),
                ErrorCode.TOO_MANY_NAMES);
        refused(request("forbidden", "shop.example.org"), ErrorCode.FORBIDDEN_NAME);
        refused(
                new CertificateRequested(
                        "host",
                        "scenarios",
                        List.of(new RequestedIdentifier("dns", "shop.demo.test")),
                        Optional.empty(),
                        Optional.empty(),
                        List.of("web-99"),
                        Map.of()),
                ErrorCode.UNKNOWN_HOST);

        unreadable("malformed", "{\"name\":".getBytes(StandardCharsets.UTF_8), ErrorCode.MALFORMED_JSON);
        unreadable("missing", "{\"name\":\"x\"}".getBytes(StandardCharsets.UTF_8), ErrorCode.INVALID_FIELD);
        unreadable(
                "huge",
                ("{\"name\":\"" + "x".repeat(300_000) + "\"}").getBytes(StandardCharsets.UTF_8),
                ErrorCode.TOO_LARGE);
        var unknown = client.headers("unknown-type");
        unknown.put(CloudEvent.TYPE, "certificate.praised");
        client.send(unknown, "{}".getBytes(StandardCharsets.UTF_8));
        refusal("unknown-type", ErrorCode.UNKNOWN_TYPE);

        deployed("after", client.certificate("after", "after.demo.test"));
    }

    @Test
    @Order(7)
    void refusesInvalidRestRequestsWithProblemDetails() {
        problem(client.post("{\"name\":"), 400, ErrorCode.MALFORMED_JSON);
        problem(client.post("{\"name\":\"x\"}"), 422, ErrorCode.INVALID_FIELD);
        problem(client.post(client.certificate("bad", "my_shop.demo.test")), 422, ErrorCode.INVALID_NAME);
        problem(client.post(client.certificate("bad", "shop.example.org")), 422, ErrorCode.FORBIDDEN_NAME);
        problem(client.post("{\"name\":\"" + "x".repeat(1_000_000) + "\"}"), 413, ErrorCode.TOO_LARGE);
        URI certificates = stack.rest().resolve("/api/v1/certificates");
        problem(client.call(HttpRequest.newBuilder(certificates)), 401, ErrorCode.UNAUTHENTICATED);
        problem(
                client.call(HttpRequest.newBuilder(certificates).header("Authorization", "Bearer wrong")),
                401,
                ErrorCode.UNAUTHENTICATED);
    }

    @Test
    @Order(8)
    void convertsAnInternationalisedName() {
        HttpResponse<String> answer = client.post(client.certificate("idn", "bücher.demo.test"));

        assertThat(answer.statusCode()).isEqualTo(202);
        var placed = events.await(OrderPlaced.class, p -> p.order().name().equals("idn"));
        assertThat(placed.order().identifiers().getFirst().value()).isEqualTo("xn--bcher-kva.demo.test");
    }

    @Test
    @Order(9)
    void waitsWhileVaultIsSealed() {
        // After one certificate, every service has the account in memory and can proceed up to the key.
        deployed("unsealed", client.certificate("unsealed", "unsealed.demo.test"));

        stack.vault().seal();
        OrderId order;
        try {
            order = waitingForVault();
        } finally {
            stack.vault().unseal();
        }

        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals("sealed"));
        assertThat(deployed.orderId()).isEqualTo(order);
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), "sealed.demo.test")))
                .isEqualTo(deployed.fingerprint());
    }

    /** Requests a certificate while Vault is sealed, and checks that the order waits for Vault. */
    private static OrderId waitingForVault() {
        client.request(client.certificate("sealed", "sealed.demo.test"));
        OrderId order = events.await(OrderPlaced.class, p -> p.order().name().equals("sealed"))
                .orderId();
        events.await(OrderAuthorized.class, a -> a.orderId().equals(order));
        // The issuance-service was refused by Vault and has logged its next attempt.
        Await.until(
                "log line of the issuance-service about the next attempt",
                LIMIT,
                () -> ServiceLog.about(order, stack.service("issuance-service")).stream()
                        .anyMatch(line -> line.path("message").asText().contains("next attempt at")),
                () -> ServiceLog.about(order, stack.service("issuance-service")).toString());
        assertThat(events.all(CertificateIssued.class, i -> i.orderId().equals(order)))
                .as("issued while Vault is sealed")
                .isEmpty();
        assertThat(events.all(IssuanceFailed.class, f -> f.orderId().equals(order)))
                .as("failed although Vault may become available")
                .isEmpty();
        return order;
    }

    @Test
    @Order(10)
    void issuesTheRequestedKeyTypes() {
        deployed("p384", withKey("p384", "EC_P384"));
        deployed("rsa", withKey("rsa", "RSA_3072"));

        var p384 = ServedLeaf.at(stack.nginx().port(), "p384.demo.test").getPublicKey();
        var rsa = ServedLeaf.at(stack.nginx().port(), "rsa.demo.test").getPublicKey();
        assertThat(((java.security.interfaces.ECPublicKey) p384)
                        .getParams()
                        .getOrder()
                        .bitLength())
                .isEqualTo(384);
        assertThat(((java.security.interfaces.RSAPublicKey) rsa).getModulus().bitLength())
                .isEqualTo(3072);
    }

    @Test
    @Order(11)
    void destroysTheKeyOfAnAbandonedOrder() {
        OrderId order = OrderId.next();
        String path = "perennial/data/orders/" + order;
        stack.vault().api().put(path, Map.of("data", Map.of("privateKey", "of an abandoned order")));

        client.publish(new OrderFailed(
                CertificateId.next(), order, 1, Problem.of(ErrorCode.CA_REFUSED, "abandoned by this test")));

        Await.until("the mark that replaces the key", LIMIT, () -> stored(path)
                .filter(secret -> secret.has("abandonedAt"))
                .isPresent());
        assertThat(stored(path).orElseThrow().has("privateKey")).isFalse();
    }

    @Test
    @Order(100)
    void exposesNoPrivateKeyOnTopicsInLogsSpansOrResponses() throws Exception {
        String marker = "PRIVATE KEY";
        assertThat(events.all(CertificateIssued.class, i -> true)).isNotEmpty();

        assertThat(events.received()).allSatisfy(received -> assertThat(
                        received.value() == null ? "" : new String(received.value(), StandardCharsets.UTF_8))
                .doesNotContain(marker));
        for (Part part : stack.parts()) {
            if (part.log().isPresent() && Files.exists(part.log().get())) {
                assertThat(Files.readString(part.log().get(), StandardCharsets.ISO_8859_1))
                        .as("log of " + part.name())
                        .doesNotContain(marker)
                        .doesNotContain(stack.restToken());
            }
        }
        assertThat(TraceSpans.of(stack, client, TRACE_ID).toString()).doesNotContain(marker);
        assertThat(client.get("/api/v1/certificates?limit=100").toString()).doesNotContain(marker);
    }

    private static Optional<JsonNode> stored(String path) {
        try {
            return Optional.of(stack.vault().api().get(path).at("/data/data"));
        } catch (VaultApi.Refused notFound) {
            return Optional.empty();
        }
    }

    private static CertificateRequested withKey(String name, String keyType) {
        return new CertificateRequested(
                name,
                "scenarios",
                List.of(new RequestedIdentifier("dns", name + ".demo.test")),
                Optional.empty(),
                Optional.of(keyType),
                List.of(stack.host()),
                Map.of());
    }

    private static CertificateRequested request(String name, String... dnsNames) {
        return client.certificate(name, dnsNames);
    }

    private static void deployed(String name, CertificateRequested request) {
        client.request(request);
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(name));
        var leaf = ServedLeaf.at(
                stack.nginx().port(), request.identifiers().getFirst().value());
        assertThat(Sha256.fingerprint(leaf)).isEqualTo(deployed.fingerprint());
    }

    private static void refused(CertificateRequested request, ErrorCode code) {
        refusal(client.request(request), code);
    }

    private static void unreadable(String id, byte[] value, ErrorCode code) {
        client.send(client.headers(id), value);
        refusal(id, code);
        events.await(
                "the record on the dead-letter topic",
                s -> s.topic().endsWith(".dlq")
                        && id.equals(s.headers().get(CloudEvent.ID))
                        && java.util.Arrays.equals(s.value(), value));
    }

    private static void refusal(String requestId, ErrorCode code) {
        var refused = events.await(CertificateRefused.class, r -> r.requestId().equals(requestId));
        assertThat(refused.problems()).extracting(Problem::code).contains(code);
        assertThat(refused.problems()).allSatisfy(p -> assertThat(p.detail()).isNotBlank());
    }

    private static void problem(HttpResponse<String> answer, int status, ErrorCode code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type"))
                .hasValueSatisfying(t -> assertThat(t).startsWith("application/problem+json"));
        assertThat(answer.body()).contains(code.wireName());
        assertThat(FleetClient.json(answer.body()).get("detail").asText()).isNotBlank();
    }
}
