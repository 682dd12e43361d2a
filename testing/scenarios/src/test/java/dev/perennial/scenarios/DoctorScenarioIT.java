package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.dns.Zone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The connectivity test over the command line, without failures and with one failure after the other. */
class DoctorScenarioIT {
    private static final Zone TOP = new Zone("test", """
        @ NS ns1
        ns1 A 127.0.0.1
        demo NS ns1.demo
        ns1.demo A 127.0.0.1
        lame NS ns1.lame
        ns1.lame A 127.0.0.1
        """);
    private static final Zone DEMO =
            new Zone("demo.test", Zone.onLoopback("demo.test").records() + """
                shop A 127.0.0.1
                shop CAA 0 issue "pebble.test; validationmethods=http-01"
                foreign A 127.0.0.1
                foreign CAA 0 issue "other.test"
                strict A 127.0.0.1
                strict CAA 0 issue "pebble.test; accounturi=https://pebble.test/another-account"
                """);
    private static final Zone LAME =
            new Zone("lame.test", Zone.onLoopback("lame.test").records() + """
                @ NS ns2
                ns2 A 127.0.0.9
                """);

    @Test
    void passesEveryHopAndFailsTheBrokenOne() {
        try (Stack stack = Stack.builder()
                .sites(List.of(Site.of("shop", "shop.demo.test")))
                .bind(TOP, DEMO, LAME)
                .ca(ca -> ca.withNonceReject(0))
                .start()) {
            Cli cli = Cli.of(stack);

            allIsWell(cli, "doctor");
            allIsWell(cli, "doctor", "pebble");
            Cli.Result requested = cli.run(
                    "request", "shop", "--owner", "web", "--dns", "shop.demo.test", "--target", stack.host(), "--wait");
            assertThat(requested.exitCode()).as(requested.output()).isZero();
            assertThat(requested.output()).contains("ordered", "deployed");
            assertThat(cli.run("list", "--owner", "web").output()).contains("shop", "deployed", "shop.demo.test");
            assertThat(cli.run("show", "shop").output()).contains("timeline", "certificate.requested", "order.placed");
            Cli.Result all = allIsWell(cli, "doctor", "shop.demo.test", "--issuer", "pebble");
            assertThat(all.output())
                    .contains(
                            "issuer pebble",
                            "shop.demo.test at pebble",
                            "account valid",
                            "is the responder",
                            "pebble.test")
                    // The CA connects to the validation-service itself, which receives every path.
                    .containsPattern(
                            "warning +responder isolated +.* requests below / and /.well-known/ reach the responder too")
                    .containsPattern("warning +CAA excludes others +.*pebble.test may issue to any account")
                    .containsPattern("-> publish at shop.demo.test: 0 issue \"pebble.test; accounturi=https://[^ ]+;"
                            + " validationmethods=http-01\"");

            fails(cli, "CAA permits this CA", "foreign.demo.test");
            fails(cli, "CAA permits this CA", "strict.demo.test");
            fails(cli, "name servers agree", "www.lame.test");
            fails(cli, "allowed by policy", "shop.example.com");
            fails(cli, "dns-01 configured", "*.demo.test");

            Fault outage = stack.acmeProxy().faults().at(RequestKind.DIRECTORY).switchOn(Misbehaviour.unavailable());
            fails(cli, "directory reachable", "pebble");
            outage.switchOff();
            stack.acmeProxy().stop();
            fails(cli, "directory reachable", "pebble");
            stack.acmeProxy().start();
            allIsWell(cli, "doctor", "pebble");

            stack.service("validation-service").stop();
            Cli.Result unrouted = cli.run("doctor", "shop.demo.test");
            assertThat(unrouted.exitCode()).as(unrouted.output()).isEqualTo(1);
            assertThat(unrouted.failedHops()).as(unrouted.output()).containsExactly("http-01 path", "tls-alpn-01 path");
            stack.service("validation-service").start();
            allIsWell(cli, "doctor", "shop.demo.test");

            managesIssuers(stack, cli);
            refuses(cli);
        }
    }

    private static Cli.Result allIsWell(Cli cli, String... command) {
        Cli.Result result = cli.run(command);
        assertThat(result.failedHops()).as(result.output()).isEmpty();
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains(" passed, 0 failed, ");
        return result;
    }

    /** Checks that only this hop fails, with evidence and a remedy. */
    private static void fails(Cli cli, String hop, String subject) {
        Cli.Result result = cli.run("doctor", subject);
        assertThat(result.failedHops()).as(result.output()).containsExactly(hop);
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        assertThat(result.output()).contains("  -> ");
    }

    /** Checks that apply reads the output of show. */
    private static void managesIssuers(Stack stack, Cli cli) {
        String shown = cli.run("issuer", "show", "pebble").output();
        String file = stack.run()
                .write("second.yaml", shown.replace("\n  pebble:", "\n  second:"))
                .toString();
        Cli.Result applied = cli.run("issuer", "apply", "-f", file);
        assertThat(applied.exitCode()).as(applied.output() + shown).isZero();
        assertThat(cli.run("issuer", "list").output()).containsPattern("second +rest +https://");
        allIsWell(cli, "doctor", "second");
        assertThat(cli.run("issuer", "delete", "second").exitCode()).isZero();
        assertThat(cli.run("issuer", "list").output()).doesNotContain("second");
        Cli.Result kept = cli.run("issuer", "delete", "pebble");
        assertThat(kept.exitCode()).as(kept.output()).isEqualTo(1);
    }

    private static void refuses(Cli cli) {
        assertThat(cli.run("doctor", "--no-such-option").exitCode()).isEqualTo(2);
        Cli unreachableApi = new Cli(Map.of(
                "PERENNIAL_API",
                "http://127.0.0.1:1",
                "PERENNIAL_TOKEN_FILE",
                cli.environment().get("PERENNIAL_TOKEN_FILE")));
        Cli.Result unreachable = unreachableApi.run("doctor");
        assertThat(unreachable.exitCode()).isEqualTo(2);
        assertThat(unreachable.output()).contains("http://127.0.0.1:1").doesNotContain("\tat ");
        Cli.Result refused = cli.run("request", "bad", "--owner", "web", "--dns", "shop.example.com");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output())
                .contains("Forbidden name", "shop.example.com")
                .doesNotContain("\tat ");
    }
}
