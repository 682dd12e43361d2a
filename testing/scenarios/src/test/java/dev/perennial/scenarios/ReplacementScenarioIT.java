package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Replaces all certificates of one issuer over the command line, then runs a drill for those of another. These issuers and the
 * rehearsal issuer have different accounts at one CA.
 */
class ReplacementScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(180);
    private static final List<String> REPLACED =
            IntStream.range(0, 10).mapToObj(i -> "replace-" + i).toList();
    private static final List<String> DRILLED = List.of("drill-0", "drill-1", "drill-2");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(Stream.concat(REPLACED.stream(), DRILLED.stream())
            .map(name -> Site.of(name, dns(name)))
            .toList());

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;
    private static Cli cli;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
        cli = Cli.of(stack);
    }

    @Test
    void replacesAllCertificatesOfAnIssuerOnceWithAPause() {
        Map<String, String> before = serve(REPLACED, SharedFleet.REPLACED);
        Cli.Result planned = cli.run(
                "replace",
                "plan",
                "--issuer",
                SharedFleet.REPLACED,
                "--at-once",
                "2",
                "--reason",
                "the CA revokes tomorrow");
        assertThat(planned.exitCode()).as(planned.output()).isZero();
        assertThat(planned.output()).contains("certificates: 10", "demo.test", "nothing has changed yet");
        String id = id(planned);
        assertThat(served(REPLACED)).isEqualTo(before);

        assertThat(cli.run("replace", "approve", id, "--yes").output()).contains("running");
        Await.until("two that are done", LIMIT, () -> items(id, "DONE") >= 2);
        assertThat(execute(id, "pause").path("state").asText()).isEqualTo("PAUSED");
        Await.until("end of the items in progress", LIMIT, () -> items(id, "IN_PROGRESS") == 0);
        int done = items(id, "DONE");
        assertThat(done).isBetween(2, 9);
        assertThat(items(id, "WAITING")).isEqualTo(10 - done);
        assertThat(served(REPLACED).entrySet().stream()
                        .filter(served -> !served.getValue().equals(before.get(served.getKey()))))
                .as("replaced before the pause")
                .hasSize(done);
        execute(id, "resume");
        Await.until("the end", LIMIT, () -> show(id).path("state").asText().equals("DONE"), () -> show(id).toString());

        Map<String, String> after = served(REPLACED);
        assertThat(items(id, "DONE")).isEqualTo(10);
        StreamSupport.stream(client.get(path(id) + "/report").spliterator(), false)
                .forEach(line -> {
                    String name = line.path("name").asText();
                    assertThat(line.path("fingerprint").asText()).isEqualTo(before.get(name));
                    assertThat(line.path("newFingerprint").asText()).isEqualTo(after.get(name));
                });
        assertThat(REPLACED).allSatisfy(name -> assertThat(stack.acmeProxy().finalized(dns(name)))
                .as("certificates for " + name)
                .isEqualTo(2));
        Cli.Result report = cli.run("replace", "report", id);
        assertThat(report.exitCode()).isZero();
        assertThat(report.output().lines()).hasSize(10).allMatch(line -> line.contains("  done "));
    }

    @Test
    void drillsASampleWithoutChangingServedCertificates() {
        Map<String, String> before = serve(DRILLED, SharedFleet.DRILLED);
        long made = finalized();
        String id = id(cli.run("replace", "plan", "--drill", "--issuer", SharedFleet.DRILLED, "--sample", "2"));

        execute(id, "approve");
        Await.until("the end", LIMIT, () -> show(id).path("state").asText().equals("DONE"), () -> show(id).toString());

        assertThat(items(id, "DONE")).isEqualTo(2);
        assertThat(items(id, "NOT_SAMPLED")).isEqualTo(1);
        assertThat(served(DRILLED)).isEqualTo(before);
        assertThat(finalized() - made)
                .as("certificates that were issued for the drill")
                .isEqualTo(2);
        assertThat(events.all(CertificateDeployed.class, d -> DRILLED.contains(d.name())))
                .as("deployments, none of the drill")
                .hasSize(DRILLED.size());
        assertThat(cli.run("replace", "show", id).output())
                .contains(
                        "certificates: 2 of 3",
                        "drilled    median",
                        "to replace all 3 within the limits of the live CA");
    }

    private static Map<String, String> serve(List<String> names, String issuer) {
        names.forEach(name -> client.request(name, client.certificate(name, issuer, List.of(dns(name)))));
        names.forEach(name -> events.await(
                CertificateDeployed.class, deployed -> deployed.name().equals(name)));
        return served(names);
    }

    private static Map<String, String> served(List<String> names) {
        Map<String, String> fingerprints = new TreeMap<>();
        names.forEach(name -> fingerprints.put(
                name, Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), dns(name)))));
        return fingerprints;
    }

    private static long finalized() {
        return DRILLED.stream()
                .mapToLong(name -> stack.acmeProxy().finalized(dns(name)))
                .sum();
    }

    private static JsonNode execute(String id, String action) {
        return FleetClient.json(client.call("POST", path(id) + "/" + action).body());
    }

    private static JsonNode show(String id) {
        return client.get(path(id));
    }

    private static int items(String id, String state) {
        return show(id).at("/progress/items/" + state).asInt();
    }

    private static String path(String id) {
        return "/api/v1/replacements/" + id;
    }

    private static String id(Cli.Result planned) {
        Matcher id = ID.matcher(planned.output());
        assertThat(id.find()).as(planned.output()).isTrue();
        return id.group();
    }

    private static String dns(String name) {
        return name + ".demo.test";
    }
}
