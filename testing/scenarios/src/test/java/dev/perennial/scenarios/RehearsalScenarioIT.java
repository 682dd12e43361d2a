package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.vault.VaultApi;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two issuers with different accounts at one CA; first orders of one are rehearsed at the other. The production issuer receives an
 * order only after every dry run has passed.
 */
class RehearsalScenarioIT {
    private static final String PRODUCTION = SharedFleet.REHEARSED;
    private static final String STAGING = SharedFleet.STAGING;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(
            site("first"),
            site("not-on-host"),
            site("unproven"),
            site(Moment.DURING_THE_DRY_RUN.certificate()),
            site(Moment.AFTER_THE_REPORT_OF_THE_HOST.certificate()),
            site(Moment.AFTER_THE_REHEARSAL.certificate()));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    /** The moment of the order-service's kill. */
    enum Moment {
        DURING_THE_DRY_RUN,
        AFTER_THE_REPORT_OF_THE_HOST,
        AFTER_THE_REHEARSAL;

        String certificate() {
            return "kill-" + ordinal();
        }
    }

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    void goesLiveAfterARehearsalWithoutSideEffectsAndRehearsesAgainOnRequest() {
        stack.configTest().hold();
        client.request(certificate("first"));
        // The agent is in its dry run: the certificate is issued, the files are written, and its own handshake has
        // succeeded.
        Await.until("dry run", LIMIT, () -> stack.configTest().waiting());
        CertificateIssued rehearsed =
                events.await(CertificateIssued.class, i -> i.name().equals("first"));

        assertThat(rehearsed.rehearsal()).isTrue();
        assertThat(stack.acmeProxy().ordered(dns("first"))).containsExactly(account(STAGING));
        assertThat(exists("certificates/" + rehearsed.certificateId())).isFalse();
        assertThat(exists("hosts/" + stack.host() + "/" + rehearsed.certificateId()))
                .isFalse();
        assertThat(exists(rehearsed.vaultPath())).isTrue();
        assertSelfSigned("first");
        stack.configTest().release();

        CertificateDeployed deployed =
                events.await(CertificateDeployed.class, d -> d.name().equals("first"));

        assertThat(deployed.orderId()).isNotEqualTo(rehearsed.orderId());
        assertThat(stack.acmeProxy().ordered(dns("first"))).containsExactly(account(STAGING), account(PRODUCTION));
        assertServed(deployed);
        assertThat(orders("first"))
                .extracting(order -> order.get("purpose").asText() + " at "
                        + order.get("issuer").asText() + ": "
                        + order.get("state").asText())
                .contains("REHEARSAL at " + STAGING + ": REHEARSED")
                .hasSize(2);
        assertThat(events.all(CertificateDeployed.class, d -> d.orderId().equals(rehearsed.orderId())))
                .isEmpty();
        assertDestroyed(rehearsed);

        assertThat(client.post(rehearsing("first")).body()).contains("ORDERED");

        CertificateDeployed again = events.await(
                CertificateDeployed.class,
                d -> d.name().equals("first") && !d.orderId().equals(deployed.orderId()));
        assertServed(again);
        assertThat(stack.acmeProxy().ordered(dns("first")))
                .containsExactly(account(STAGING), account(PRODUCTION), account(STAGING), account(PRODUCTION));
    }

    @Test
    void contactsProductionOnlyAfterTheHostIsCorrected() throws IOException {
        Path hostFile = stack.run().root().resolve("services/deploy-agent." + stack.host() + ".yaml");
        String whole = Files.readString(hostFile);
        restartAgent(hostFile, whole.replace("match: \"*\"", "match: \"kill-?\""));

        client.request(certificate("not-on-host"));
        DeploymentFailed failed =
                events.await(DeploymentFailed.class, f -> f.name().equals("not-on-host"));

        assertThat(failed.problem().code()).isEqualTo(ErrorCode.NOT_CONFIGURED_ON_HOST);
        Await.until("problem of the order", LIMIT, () -> problem("not-on-host").isPresent());
        assertThat(problem("not-on-host").orElseThrow())
                .startsWith("the rehearsal at 'staging' failed at the dry run on host " + stack.host() + ", '"
                        + PRODUCTION + "' was not contacted: no entry of the host file matches");
        assertThat(stack.acmeProxy().ordered(dns("not-on-host"))).containsExactly(account(STAGING));
        assertSelfSigned("not-on-host");

        restartAgent(hostFile, whole);

        assertServed(events.await(CertificateDeployed.class, d -> d.name().equals("not-on-host")));
        assertThat(stack.acmeProxy().ordered(dns("not-on-host")))
                .containsExactly(account(STAGING), account(PRODUCTION));
    }

    @Test
    void contactsProductionOnlyAfterTheNameCanBeValidated() {
        // A documentation address (RFC 5737), which does not respond.
        configureDns("add-a", """
            {"host": "%s.", "addresses": ["192.0.2.1"]}\
            """.formatted(dns("unproven")));
        client.request(certificate("unproven"));
        Await.until("problem of the order", LIMIT, () -> problem("unproven").isPresent());

        assertThat(problem("unproven").orElseThrow())
                .startsWith(
                        "the rehearsal at 'staging' failed during validation, '" + PRODUCTION + "' was not contacted");
        assertThat(stack.acmeProxy().ordered(dns("unproven"))).containsOnly(account(STAGING));
        configureDns("clear-a", """
            {"host": "%s."}\
            """.formatted(dns("unproven")));

        assertServed(events.await(CertificateDeployed.class, d -> d.name().equals("unproven")));
        List<String> accounts = stack.acmeProxy().ordered(dns("unproven"));
        assertThat(accounts.subList(0, accounts.size() - 1)).containsOnly(account(STAGING));
        assertThat(accounts.getLast()).isEqualTo(account(PRODUCTION));
    }

    @ParameterizedTest
    @EnumSource
    void issuesOneLiveCertificateWhenTheOrderServiceIsKilled(Moment moment) {
        String name = moment.certificate();
        ServicePart orderService = stack.service("order-service");
        if (moment == Moment.DURING_THE_DRY_RUN) {
            stack.configTest().hold();
        }
        client.request(certificate(name));
        switch (moment) {
            case DURING_THE_DRY_RUN ->
                Await.until("dry run", LIMIT, () -> stack.configTest().waiting());
            case AFTER_THE_REPORT_OF_THE_HOST ->
                events.await(CertificateRehearsed.class, r -> r.name().equals(name));
            case AFTER_THE_REHEARSAL -> {
                CertificateIssued issued =
                        events.await(CertificateIssued.class, i -> i.name().equals(name));
                events.await(OrderRehearsed.class, r -> r.orderId().equals(issued.orderId()));
            }
        }
        orderService.kill();
        stack.configTest().release();
        orderService.start();

        assertServed(events.await(CertificateDeployed.class, d -> d.name().equals(name)));
        assertThat(orders(name))
                .extracting(order -> order.get("purpose").asText())
                .containsExactly("LIVE", "REHEARSAL");
        assertThat(events.all(CertificateIssued.class, i -> i.name().equals(name) && !i.rehearsal()))
                .extracting(CertificateIssued::fingerprint)
                .as("live certificates")
                .containsOnly(
                        events.all(CertificateDeployed.class, d -> d.name().equals(name))
                                .getFirst()
                                .fingerprint());
        assertThat(stack.acmeProxy().finalized(dns(name)))
                .as("one rehearsal, one live order")
                .isEqualTo(2);
    }

    private static void restartAgent(Path hostFile, String content) throws IOException {
        ServicePart agent = stack.service("deploy-agent");
        agent.stop();
        Files.writeString(hostFile, content);
        agent.start();
    }

    private static void assertSelfSigned(String name) {
        X509Certificate served = ServedLeaf.at(stack.nginx().port(), dns(name));
        assertThat(served.getIssuerX500Principal())
                .as("the previous certificate")
                .isEqualTo(served.getSubjectX500Principal());
    }

    private static void assertServed(CertificateDeployed deployed) {
        X509Certificate served = ServedLeaf.at(stack.nginx().port(), dns(deployed.name()));
        assertThat(Sha256.fingerprint(served)).isEqualTo(deployed.fingerprint());
        CertificateIssued issued =
                events.await(CertificateIssued.class, i -> i.orderId().equals(deployed.orderId()));
        assertThat(issued.rehearsal()).isFalse();
        assertThat(issued.fingerprint()).isEqualTo(deployed.fingerprint());
    }

    private static void assertDestroyed(CertificateIssued rehearsed) {
        String order = rehearsed.orderId().toString();
        for (String path : List.of("rehearsals/" + order, "hosts/" + stack.host() + "/rehearsals/" + order)) {
            Await.until("end of " + path, LIMIT, () -> !exists(path));
        }
        assertThat(data("orders/" + order).fieldNames()).toIterable().containsExactly("abandonedAt");
    }

    private static boolean exists(String path) {
        try {
            data(path);
            return true;
        } catch (VaultApi.Refused e) {
            assertThat(e.status()).isEqualTo(404);
            return false;
        }
    }

    private static JsonNode data(String path) {
        return stack.vault()
                .api()
                .get("perennial/data/" + path)
                .required("data")
                .required("data");
    }

    /** The URL of the issuer's account. */
    private static String account(String issuer) {
        return data("accounts/" + issuer).required("location").asText();
    }

    private static List<JsonNode> orders(String name) {
        return items(client.get("/api/v1/certificates?name=" + name), "items").stream()
                .map(found -> "/api/v1/certificates/"
                        + found.required("certificateId").asText())
                .flatMap(path -> items(client.get(path), "orders").stream())
                .toList();
    }

    private static List<JsonNode> items(JsonNode answer, String field) {
        return StreamSupport.stream(answer.required(field).spliterator(), false).toList();
    }

    /** The problem of the latest order. */
    private static Optional<String> problem(String name) {
        return orders(name).stream()
                .findFirst()
                .map(order -> order.path("problem").path("detail").asText())
                .filter(detail -> !detail.isEmpty());
    }

    private static void configureDns(String command, String body) {
        var request = HttpRequest.newBuilder(stack.dns().management().resolve("/" + command))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Site site(String name) {
        return Site.of(name, dns(name));
    }

    private static String dns(String name) {
        return name + ".demo.test";
    }

    private static CertificateRequested certificate(String name) {
        return client.certificate(name, PRODUCTION, List.of(dns(name)));
    }

    private static CertificateRequested rehearsing(String name) {
        CertificateRequested request = certificate(name);
        return new CertificateRequested(
                request.name(),
                request.owner(),
                request.identifiers(),
                request.issuer(),
                request.keyType(),
                request.targets(),
                request.labels(),
                true);
    }
}
