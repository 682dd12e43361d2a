package dev.perennial.scenarios;

import static dev.perennial.testbed.ca.RequestKind.AUTHORIZATION;
import static dev.perennial.testbed.ca.RequestKind.CERTIFICATE;
import static dev.perennial.testbed.ca.RequestKind.CHALLENGE;
import static dev.perennial.testbed.ca.RequestKind.FINALIZE;
import static dev.perennial.testbed.ca.RequestKind.NEW_ORDER;
import static dev.perennial.testbed.ca.RequestKind.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.KeyType;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Faults;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.ca.UrlField;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A CA that violates RFC 8555, or answers in a rare legal way, at every step: one certificate for each fault, all
 * orders at the same time. Orders succeed in spite of passing faults. Lasting faults are reported; when they end, the
 * orders succeed with one finalized ACME order each.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AcmeFaultsScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(240);
    private static final long HUGE = 64L * 1024 * 1024;
    /** Characters of a URL; a response with several of them is still below the limit of a response. */
    private static final int LONG = 50_000;
    /** Longer than a request may take here. */
    private static final Duration TOO_LATE = Duration.ofSeconds(4);

    private static final List<RequestKind> STEPS = List.of(NEW_ORDER, AUTHORIZATION, CHALLENGE, FINALIZE, CERTIFICATE);

    private static final Map<String, Passing> PASSING = new LinkedHashMap<>();
    private static final Map<String, Lasting> LASTING = new LinkedHashMap<>();

    private static ConnectionCounter otherOrigin;
    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    /** A fault that ends by itself. */
    private record Passing(List<RequestKind> steps, int times, Misbehaviour misbehaviour, List<Fault> fault) {
        static Passing at(RequestKind step, int times, Misbehaviour misbehaviour) {
            return new Passing(List.of(step), times, misbehaviour, new ArrayList<>());
        }
    }

    /** A fault that lasts until the test ends it. */
    private record Lasting(
            List<RequestKind> steps, Misbehaviour misbehaviour, ErrorCode code, String evidence, List<Fault> fault) {
        static Lasting at(RequestKind step, Misbehaviour misbehaviour, ErrorCode code, String evidence) {
            return new Lasting(List.of(step), misbehaviour, code, evidence, new ArrayList<>());
        }
    }

    private static void plan(URI origin) {
        for (RequestKind step : STEPS) {
            passing("limits", step, 2, Misbehaviour.limitsRate(Duration.ofSeconds(1)));
            passing("dated", step, 1, Misbehaviour.limitsRateByDate(Duration.ofSeconds(2)));
            passing("down", step, 2, Misbehaviour.unavailable());
            passing("drops", step, 2, Misbehaviour.dropsConnection());
            passing("loses", step, 1, Misbehaviour.losesAnswer());
            passing("nonces", step, 4, Misbehaviour.refusesNonce());
            passing("floods", step, 1, Misbehaviour.floods(HUGE));
            passing("endless", step, 1, Misbehaviour.floodsForEver());
            passing("late", step, 1, Misbehaviour.answersLate(TOO_LATE));
        }
        passing("down", ORDER, 2, Misbehaviour.unavailable());
        passing("loses", ORDER, 1, Misbehaviour.losesAnswer());
        PASSING.put(
                "slow-finalize",
                new Passing(List.of(FINALIZE, ORDER), 6, Misbehaviour.keepsProcessing(), new ArrayList<>()));
        passing("repeats-chain", CERTIFICATE, 1, Misbehaviour.repeatsChain());
        // A CA with many servers may refuse several nonces of one request in a row.
        passing("many-nonces", FINALIZE, 15, Misbehaviour.refusesNonce());

        String there = origin.toString();
        ErrorCode wrong = ErrorCode.CA_MISBEHAVED;
        LASTING.put("leads-location", Lasting.at(NEW_ORDER, leads(UrlField.LOCATION, origin), wrong, there));
        LASTING.put(
                "leads-authorizations", Lasting.at(NEW_ORDER, leads(UrlField.AUTHORIZATIONS, origin), wrong, there));
        LASTING.put("leads-finalize", Lasting.at(NEW_ORDER, leads(UrlField.FINALIZE, origin), wrong, there));
        LASTING.put("leads-challenge", Lasting.at(AUTHORIZATION, leads(UrlField.CHALLENGE, origin), wrong, there));
        LASTING.put(
                "leads-certificate",
                new Lasting(
                        List.of(FINALIZE, ORDER),
                        leads(UrlField.CERTIFICATE, origin),
                        wrong,
                        there,
                        new ArrayList<>()));
        String tooLong = "at most 2048";
        LASTING.put("long-location", Lasting.at(NEW_ORDER, longer(UrlField.LOCATION, 3_000), wrong, tooLong));
        LASTING.put("long-finalize", Lasting.at(NEW_ORDER, longer(UrlField.FINALIZE, LONG), wrong, tooLong));
        LASTING.put(
                "long-authorizations", Lasting.at(NEW_ORDER, longer(UrlField.AUTHORIZATIONS, LONG), wrong, tooLong));
        LASTING.put("long-challenge", Lasting.at(AUTHORIZATION, longer(UrlField.CHALLENGE, LONG), wrong, tooLong));
        LASTING.put(
                "foreign-address",
                Lasting.at(AUTHORIZATION, Misbehaviour.authorizes("ip", "127.0.0.1"), wrong, "ip 127.0.0.1"));
        URI consent = URI.create("https://ca.example.com/agree/4711");
        LASTING.put(
                "requires-consent",
                Lasting.at(
                        NEW_ORDER,
                        Misbehaviour.requiresAction(consent, URI.create("https://ca.example.com/terms")),
                        ErrorCode.ISSUER_NOT_READY,
                        consent.toString()));
        token("shell", "$(touch${IFS}pwned)");
        token("backtick", "`id`;x|y&z");
        token("path", "../../../../etc/passwd");
        token("line", "a\r\nX-Injected: b");
        LASTING.put("stays-down", Lasting.at(CERTIFICATE, Misbehaviour.unavailable(), ErrorCode.CA_UNAVAILABLE, "503"));
        for (RequestKind step : STEPS) {
            LASTING.put(name("stays-endless", step), Lasting.at(step, Misbehaviour.floodsForEver(), wrong, "262144"));
        }
    }

    private static void passing(String fault, RequestKind step, int times, Misbehaviour misbehaviour) {
        PASSING.put(name(fault, step), Passing.at(step, times, misbehaviour));
    }

    private static void token(String title, String token) {
        LASTING.put(
                "token-" + title,
                Lasting.at(AUTHORIZATION, Misbehaviour.offersToken(token), ErrorCode.CA_MISBEHAVED, "token"));
    }

    private static Misbehaviour longer(UrlField field, int length) {
        return Misbehaviour.lengthens(field, length);
    }

    private static Misbehaviour leads(UrlField field, URI origin) {
        return Misbehaviour.leadsElsewhere(field, origin);
    }

    private static String name(String fault, RequestKind step) {
        return fault + "-" + step.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String dns(String name) {
        return name + ".demo.test";
    }

    @BeforeAll
    static void start() throws IOException {
        otherOrigin = new ConnectionCounter();
        plan(otherOrigin.origin());
        List<Site> sites = new ArrayList<>();
        Stream.of(PASSING.keySet().stream(), LASTING.keySet().stream(), Stream.of("afterwards", "shared"))
                .flatMap(names -> names)
                .forEach(name -> sites.add(Site.of(name, dns(name))));
        stack = Stack.builder()
                .sites(sites)
                .ca(ca -> ca.withNonceReject(0))
                .issuer(Map.of("requestTimeout", "PT2S"))
                .serviceProperty("order-service", "perennial.supervision.attempt-retry-intervals", "1s,2s")
                .serviceProperty("order-service", "perennial.supervision.placement-retry-intervals", "1s")
                .serviceProperty("validation-service", "perennial.validation.retry-timeout", "15s")
                .serviceProperty("validation-service", "perennial.validation.next-attempt-interval", "1s")
                .serviceProperty("issuance-service", "perennial.issuance.retry-timeout", "8s")
                .serviceProperty("issuance-service", "perennial.issuance.next-attempt-interval", "1s")
                .start();
        events = EventRecorder.fromBeginning(stack.bootstrapServers());
        client = new FleetClient(stack);
        PASSING.forEach((name, it) ->
                it.fault().add(at(it.steps()).of(dns(name)).times(it.times()).switchOn(it.misbehaviour())));
        LASTING.forEach(
                (name, it) -> it.fault().add(at(it.steps()).of(dns(name)).switchOn(it.misbehaviour())));
        Stream.concat(LASTING.keySet().stream(), PASSING.keySet().stream())
                .forEach(name -> client.request(name, client.certificate(name, dns(name))));
    }

    private static Faults.Where at(List<RequestKind> steps) {
        return stack.acmeProxy()
                .faults()
                .at(steps.getFirst(), steps.stream().skip(1).toArray(RequestKind[]::new));
    }

    @AfterAll
    static void stop() throws Exception {
        if (events != null) {
            events.close();
            client.close();
        }
        if (stack != null) {
            stack.close();
        }
        otherOrigin.close();
    }

    static Stream<String> lasting() {
        return LASTING.keySet().stream();
    }

    static Stream<String> passing() {
        return PASSING.keySet().stream();
    }

    @Order(1)
    @ParameterizedTest
    @MethodSource("passing")
    void servesTheCertificateInSpiteOfAPassingFault(String name) {
        Passing it = PASSING.get(name);

        served(name);

        assertThat(it.fault().getFirst().injections()).as("injections").isEqualTo(it.times());
    }

    @Order(2)
    @ParameterizedTest
    @MethodSource("lasting")
    void reportsALastingFaultWithItsEvidenceAndTheNextAttempt(String name) {
        Lasting it = LASTING.get(name);

        JsonNode[] last = new JsonNode[1];
        Await.until(
                "problem " + it.code().wireName() + " with " + it.evidence() + " and a next attempt at " + name,
                LIMIT,
                () -> {
                    last[0] = details(name);
                    return StreamSupport.stream(last[0].path("timeline").spliterator(), false)
                            .anyMatch(entry -> reports(entry.path("detail"), it));
                },
                () -> String.valueOf(last[0]));

        assertThat(it.fault().getFirst().injections()).as("injections").isPositive();
    }

    /** All faults end at once, so that the orders wait for their next attempts together. */
    @Order(3)
    @ParameterizedTest
    @MethodSource("lasting")
    void servesTheCertificateAfterTheLastingFaultHasEnded(String name) {
        LASTING.values().forEach(it -> it.fault().getFirst().switchOff());

        served(name);
    }

    @Order(4)
    @Test
    void sendsNothingToAnotherOrigin() {
        assertThat(otherOrigin.connections()).isZero();
    }

    @Order(5)
    @Test
    void servesFurtherRequestsAfterwards() {
        client.request(client.certificate("afterwards", dns("afterwards")));

        served("afterwards");
        assertThat(stack.services()).allMatch(ServicePart::healthy);
        assertThat(events.received()).noneMatch(received -> received.topic().endsWith(".dlq"));
        assertThat(stack.counts().successfulFinalizes())
                .as("no order was finalized twice")
                .isEqualTo(stack.counts().ordersFinalized())
                .isEqualTo(PASSING.size() + LASTING.size() + 1L);
    }

    @Order(6)
    @Test
    void issuesForBothRequestsThatTheCaAnswersWithOneOrder() {
        Fault reuse = at(List.of(NEW_ORDER, FINALIZE)).of(dns("shared")).switchOn(Misbehaviour.reusesOrders());
        Map<String, KeyType> both = Map.of("shared-ec", KeyType.EC_P256, "shared-rsa", KeyType.RSA_2048);

        both.forEach((name, type) -> client.request(
                name,
                new CertificateRequested(
                        name,
                        "scenarios",
                        List.of(new RequestedIdentifier("dns", dns("shared"))),
                        Optional.empty(),
                        Optional.of(type.name()),
                        List.of(),
                        Map.of())));
        both.keySet().forEach(name -> {
            Await.until(
                    "issuance of " + name, LIMIT, () -> !issued(name).isEmpty(), () -> String.valueOf(details(name)));
            assertThat(issued(name)).hasSize(1);
        });

        reuse.switchOff();
        assertThat(both.keySet().stream().map(name -> details(name).toString()))
                .as("one of them waited for the other")
                .anyMatch(shown -> shown.contains(ErrorCode.ORDER_RUNNING.wireName()));
        assertThat(both.keySet().stream().flatMap(name -> issued(name).stream()))
                .extracting(CertificateIssued::attempt)
                .as("no attempt is lost")
                .containsOnly(1);
        assertThat(stack.acmeProxy().finalized(dns("shared"))).isEqualTo(2);
        assertThat(events.received()).noneMatch(received -> received.topic().endsWith(".dlq"));
    }

    private static List<CertificateIssued> issued(String name) {
        return events.all(CertificateIssued.class, issued -> issued.name().equals(name));
    }

    /** The response of the REST API. */
    private static JsonNode details(String name) {
        JsonNode found = client.get("/api/v1/certificates?limit=1&name=" + name);
        String id = found.at("/items/0/certificateId").asText();
        return id.isEmpty() ? found : client.get("/api/v1/certificates/" + id);
    }

    private static boolean reports(JsonNode detail, Lasting it) {
        List<JsonNode> problems = new ArrayList<>();
        detail.path("problems").forEach(problems::add);
        problems.add(detail.path("problem"));
        return detail.has("nextAttemptAt")
                && problems.stream()
                        .anyMatch(problem ->
                                problem.path("code").asText().equals(it.code().wireName())
                                        && !problem.path("detail").asText().isBlank()
                                        && problem.path("evidence").asText().contains(it.evidence()));
    }

    private static void served(String name) {
        Await.until(
                "deployment of " + name,
                LIMIT,
                () -> !events.all(CertificateDeployed.class, d -> d.name().equals(name))
                        .isEmpty(),
                () -> String.valueOf(details(name)));
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(name));
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), dns(name))))
                .isEqualTo(deployed.fingerprint());
        assertThat(events.all(CertificateIssued.class, i -> i.name().equals(name)))
                .extracting(CertificateIssued::fingerprint)
                .containsOnly(deployed.fingerprint());
        assertThat(stack.acmeProxy().finalized(dns(name)))
                .as("finalize requests that the CA accepted for this name")
                .isEqualTo(1);
    }
}
