package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.PowerDnsPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.ProcessLauncher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * BIND serves a zone with records, PowerDNS on a second address serves the same zone without them, and no server
 * listens on a third.
 */
class AuthoritativeServersIT {
    private static final Zone BOTH = new Zone("both.test", """
        @ NS ns1
        @ NS ns2
        @ NS ns0.gone.test.
        @ NS ns3
        ns1 A 127.0.0.1
        ns2 A 127.0.0.2
        ns3 A 127.0.0.3
        www A 127.0.0.7
        www AAAA ::1
        www CAA 0 issue "ca.example"
        """);

    /** The domain exists, and ns0 does not. */
    private static final Zone GONE = new Zone("gone.test", "@ NS ns1.both.test.\n");

    private static final Zone LOST = new Zone("lost.test", "@ NS ns0.gone.test.\n");

    private static RunFolder run;
    private static BindPart first;

    @BeforeAll
    static void start() {
        run = RunFolder.temporary();
        var launcher = new ProcessLauncher(run.logs(), run.pids());
        first = new BindPart(run, launcher, List.of(BOTH, GONE, LOST));
        first.start();
        new PowerDnsPart(run, launcher, "127.0.0.2", first.port(), List.of("both.test")).start();
    }

    @AfterAll
    static void stop() {
        run.pids().sweep();
        run.clear();
    }

    @Test
    void returnsTheAnswerOfEachServer() throws IOException {
        DnsClient resolver = DnsClient.toResolver(() -> Optional.of(first.resolver()), Duration.ofSeconds(1));

        List<ServerAnswer> answers = new AuthoritativeServers(resolver, first.port()).answers("www.both.test");

        assertThat(answers).hasSize(4);
        assertThat(of(answers, "ns1.both.test")).isInstanceOfSatisfying(ServerAnswer.Answer.class, answer -> {
            assertThat(answer.authoritative()).isTrue();
            assertThat(answer.serial()).isEqualTo(1);
            assertThat(answer.records())
                    .containsExactly("A 127.0.0.7", "AAAA 0:0:0:0:0:0:0:1", "CAA 0 issue \"ca.example\"");
        });
        assertThat(of(answers, "ns2.both.test"))
                .isInstanceOfSatisfying(ServerAnswer.Answer.class, answer -> assertThat(answer.records())
                        .isEmpty());
        assertThat(of(answers, "ns3.both.test"))
                .isInstanceOfSatisfying(ServerAnswer.NoAnswer.class, failure -> assertThat(failure.reason())
                        .contains("127.0.0.3"));
    }

    /** A server without an address is one server that does not answer, and the last one of the list. */
    @Test
    void keepsAServerWithoutAnAddress() throws IOException {
        DnsClient resolver = DnsClient.toResolver(() -> Optional.of(first.resolver()), Duration.ofSeconds(1));
        var servers = new AuthoritativeServers(resolver, first.port());

        assertThat(servers.of("www.both.test")).hasSize(4).last().hasToString("ns0.gone.test (no address)");
        assertThat(of(servers.answers("www.both.test"), "ns0.gone.test"))
                .isInstanceOfSatisfying(ServerAnswer.NoAnswer.class, failure -> assertThat(failure.reason())
                        .contains("ns0.gone.test", "no A or AAAA record"));
    }

    @Test
    void reportsAZoneWhoseServersHaveNoAddress() {
        DnsClient resolver = DnsClient.toResolver(() -> Optional.of(first.resolver()), Duration.ofSeconds(1));

        assertThatIOException()
                .isThrownBy(() -> new AuthoritativeServers(resolver, first.port()).of("www.lost.test"))
                .withMessageContaining("ns0.gone.test");
    }

    private static ServerAnswer of(List<ServerAnswer> answers, String server) {
        return answers.stream()
                .filter(answer -> answer.server().name().equals(server))
                .findFirst()
                .orElseThrow();
    }
}
