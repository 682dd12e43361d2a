package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.ServerAddress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.PowerDnsPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.Ports;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.LiveChallenges;
import dev.perennial.validation.challenges.PresentationException;
import dev.perennial.validation.dns01.DnsProviders.Account;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.Suffix;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** Runs against real servers: BIND serves all zones, and PowerDNS is the second name server of both.test. */
class Dns01SolverIT {
    private static final Zone CORP = new Zone("corp.test", """
        @ NS ns1
        ns1 A 127.0.0.1
        _acme-challenge.away CNAME hop.corp.test.
        hop CNAME away.dyn.test.
        _acme-challenge.circle CNAME _acme-challenge.circle.corp.test.
        _acme-challenge.unconfigured CNAME unconfigured.foreign.test.
        """);
    private static final Zone BOTH = new Zone("both.test", """
        @ NS ns1
        @ NS ns2
        ns1 A 127.0.0.1
        ns2 A 127.0.0.2
        """);

    /** The domain gone.test exists, and ns2 does not. */
    private static final Zone LAME = new Zone("lame.test", """
        @ NS ns1
        @ NS ns2.gone.test.
        ns1 A 127.0.0.1
        """);

    private static final Zone GONE = new Zone("gone.test", """
        @ NS ns1
        ns1 A 127.0.0.1
        """);

    private static DnsTestServers servers;
    private static BindPart first;
    private static PowerDnsPart second;

    @BeforeAll
    static void start() {
        servers = new DnsTestServers();
        first = servers.bind(
                List.of(CORP, Zone.onLoopback("dyn.test"), Zone.onLoopback("foreign.test"), BOTH, LAME, GONE));
        second = servers.second(first, List.of("both.test"));
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void presentsTheRecordOfRfc8555AndRemovesOnlyItsOwn() {
        Dns01Solver solver = solver(Duration.ofSeconds(10));
        Identifier name = Identifier.dns("www.corp.test");
        Authorization.Challenge own = challenge("own");
        Authorization.Challenge other = challenge("other");

        solver.present(name, own);
        solver.present(name, other);

        assertThat(solver.check(name, own)).isEmpty();
        assertThat(values("_acme-challenge.www.corp.test"))
                .containsExactlyInAnyOrder(
                        Dns01Solver.digest(own.keyAuthorization()), Dns01Solver.digest(other.keyAuthorization()));
        solver.withdraw(name, own);
        assertThat(values("_acme-challenge.www.corp.test"))
                .containsExactly(Dns01Solver.digest(other.keyAuthorization()));
        solver.withdraw(name, other);
    }

    /** The expected value was computed with an independent program. */
    @Test
    void digestsTheKeyAuthorization() {
        assertThat(Dns01Solver.digest("token.thumbprint")).isEqualTo("61rBZ_4knHblO0MNoxFsXZ_eTFUHum0B6IVRbhvUn5I");
    }

    @Test
    void writesToTheCnameTargetWithItsProvider() {
        Dns01Solver solver = solver(Duration.ofSeconds(10));
        Identifier name = Identifier.dns("away.corp.test");

        solver.present(name, challenge("away"));

        assertThat(solver.check(name, challenge("away"))).isEmpty();
        assertThat(values("away.dyn.test")).hasSize(1);
        solver.withdraw(name, challenge("away"));
        assertThat(values("away.dyn.test")).isEmpty();
    }

    @Test
    void refusesCnameLoopsAndTargetsWithoutProvider() {
        Dns01Solver solver = solver(Duration.ofSeconds(10));
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> solver.present(Identifier.dns("circle.corp.test"), challenge("x")))
                .withMessageContaining("circle");
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> solver.present(Identifier.dns("unconfigured.corp.test"), challenge("x")))
                .withMessageContaining("unconfigured.foreign.test");
    }

    @Test
    void namesTheServerWithoutTheRecord() {
        Dns01Solver solver = solver(Duration.ofSeconds(1));
        Identifier name = Identifier.dns("lag.both.test");
        solver.present(name, challenge("lag"));

        Optional<Problem> problem = solver.check(name, challenge("lag"));

        assertThat(problem).hasValueSatisfying(p -> {
            assertThat(p.code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
            assertThat(p.detail())
                    .contains("1 of the", "ns2.both.test (127.0.0.2)")
                    .doesNotContain("127.0.0.1");
            assertThat(p.evidence().orElseThrow()).contains("no TXT record");
        });
        solver.withdraw(name, challenge("lag"));
    }

    /** This host may have no access to other hosts; that is no failure of the name. */
    @Test
    void retriesLaterIfNoAuthoritativeServerAnswers() {
        Identifier name = Identifier.dns("silent.corp.test");
        Dns01Solver solver = solver(Duration.ofSeconds(1), Ports.free());
        solver.present(name, challenge("silent"));

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> solver.check(name, challenge("silent")))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UNAVAILABLE));

        solver.withdraw(name, challenge("silent"));
    }

    @Test
    void countsANameServerWithoutAnAddressAsOneMissingServer() {
        Identifier name = Identifier.dns("www.lame.test");
        Dns01Solver solver = solver(Duration.ofSeconds(1));
        solver.present(name, challenge("lame"));

        assertThat(solver.check(name, challenge("lame"))).hasValueSatisfying(p -> {
            assertThat(p.code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
            assertThat(p.detail()).contains("1 of the", "ns2.gone.test").doesNotContain("127.0.0.1");
        });
        assertThat(solver(Duration.ofSeconds(1), first.port(), Dns01SelfCheck.ANSWERING)
                        .check(name, challenge("lame")))
                .isEmpty();

        solver.withdraw(name, challenge("lame"));
    }

    @Test
    void demandsTheRecordOfEveryServerThatAnswers() {
        Identifier name = Identifier.dns("answering.both.test");
        Dns01Solver solver = solver(Duration.ofSeconds(1), first.port(), Dns01SelfCheck.ANSWERING);
        solver.present(name, challenge("answering"));

        assertThat(solver.check(name, challenge("answering")))
                .hasValueSatisfying(p -> assertThat(p.detail()).contains("ns2.both.test (127.0.0.2)"));

        solver.withdraw(name, challenge("answering"));
    }

    @Test
    void queriesOnlyTheResolverIfConfigured() {
        Identifier name = Identifier.dns("closed.corp.test");
        Dns01Solver solver = solver(Duration.ofSeconds(1), Ports.free(), Dns01SelfCheck.RESOLVER);

        assertThat(solver.check(name, challenge("closed"))).hasValueSatisfying(p -> {
            assertThat(p.code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
            assertThat(p.detail()).contains("the resolver does not return the TXT record");
        });
        solver.present(name, challenge("closed"));
        assertThat(solver.check(name, challenge("closed"))).isEmpty();

        solver.withdraw(name, challenge("closed"));
    }

    @Test
    void queriesNoServerIfTheSelfCheckIsOff() {
        Dns01Solver solver = solver(Duration.ofSeconds(1), Ports.free(), Dns01SelfCheck.OFF);

        assertThat(solver.check(Identifier.dns("off.corp.test"), challenge("off")))
                .isEmpty();
    }

    /**
     * A resolver caches NXDOMAIN for a name, whatever the type of the query, up to the SOA minimum (RFC 2308 section 5).
     * If the CA uses the same resolver, it would not find the record that is written afterwards.
     */
    @ParameterizedTest
    @CsvSource({"shared.corp.test, _acme-challenge.shared.corp.test", "away.corp.test, away.dyn.test"})
    void neverQueriesTheResolverForTheNameOfTheRecord(String identifier, String recordName) {
        Identifier name = Identifier.dns(identifier);
        try (var observed = new ObservedResolver(first.port())) {
            DnsClient shared = new DnsClient(Optional.of(observed.address()), true, Duration.ofSeconds(3));
            Dns01Solver solver =
                    solver(Duration.ofSeconds(10), shared, config(first.port(), Dns01SelfCheck.AUTHORITATIVE));

            solver.present(name, challenge("shared"));
            assertThat(solver.check(name, challenge("shared"))).isEmpty();
            solver.withdraw(name, challenge("shared"));

            assertThat(observed.names()).isNotEmpty().doesNotContain(recordName, "_acme-challenge." + identifier);
            assertThat(observed.questions).noneMatch(question -> question.getType() == Type.TXT);
        }
        assertThat(values(recordName)).isEmpty();
    }

    /** Without access to the authoritative servers, a query for a CNAME would make the resolver cache NXDOMAIN. */
    @Test
    void queriesTheResolverForTheRecordOnlyAfterItWasWritten() {
        Identifier name = Identifier.dns("late.corp.test");
        try (var observed = new ObservedResolver(first.port())) {
            DnsClient shared = new DnsClient(Optional.of(observed.address()), true, Duration.ofSeconds(3));
            Dns01Solver solver =
                    solver(Duration.ofSeconds(10), shared, config(Ports.free(), Dns01SelfCheck.RESOLVER, false));

            solver.present(name, challenge("late"));
            assertThat(observed.questions).isEmpty();
            assertThat(solver.check(name, challenge("late"))).isEmpty();

            assertThat(observed.questions).singleElement().satisfies(question -> assertThat(question.getType())
                    .isEqualTo(Type.TXT));
            solver.withdraw(name, challenge("late"));
        }
    }

    @Test
    void waitsUntilTheLastServerServesTheRecord() {
        Dns01Solver solver = solver(Duration.ofSeconds(20));
        Identifier name = Identifier.dns("late.both.test");
        TxtRecord record = new TxtRecord(
                "_acme-challenge.late.both.test",
                Dns01Solver.digest(challenge("late").keyAuthorization()));
        solver.present(name, challenge("late"));
        Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
        long start = System.nanoTime();
        var catchesUp = CompletableFuture.runAsync(
                () -> servers.powerDns("powerdns", second.api()).add(record), later);

        assertThat(solver.check(name, challenge("late"))).isEmpty();

        assertThat(catchesUp).succeedsWithin(Duration.ofSeconds(5));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
        solver.withdraw(name, challenge("late"));
    }

    @Test
    void supportsNamesOnlyIfAProviderIsConfigured() {
        var authorization = new Authorization(
                URI.create("https://ca.test/a"),
                Identifier.dns("corp.test"),
                true,
                Authorization.Status.PENDING,
                List.of());
        assertThat(solver(Duration.ofSeconds(1)).supports(authorization)).isTrue();
        var unconfigured = new DnsProviders(ChallengeRules.none(), Map.of());
        assertThat(new Dns01Solver(
                                publisher(),
                                unconfigured,
                                resolver(),
                                config(first.port(), Dns01SelfCheck.AUTHORITATIVE))
                        .supports(authorization))
                .isFalse();
    }

    private static Dns01Solver solver(Duration limit) {
        return solver(limit, first.port());
    }

    private static Dns01Solver solver(Duration limit, int authoritativePort) {
        return solver(limit, authoritativePort, Dns01SelfCheck.AUTHORITATIVE);
    }

    private static Dns01Solver solver(Duration limit, int authoritativePort, Dns01SelfCheck selfCheck) {
        return solver(limit, resolver(), config(authoritativePort, selfCheck));
    }

    private static Dns01Solver solver(Duration limit, DnsClient resolver, Dns01Config config) {
        var rules = new ChallengeRules(
                List.of(),
                Map.of(
                        "corp", Optional.of(new Suffix("corp.test")),
                        "dyn", Optional.of(new Suffix("dyn.test")),
                        "both", Optional.of(new Suffix("both.test")),
                        "lame", Optional.of(new Suffix("lame.test"))));
        var provider = servers.provider("bind", first.resolver());
        var accounts = Map.of(
                "corp", new Account("corp", provider, limit),
                "dyn", new Account("dyn", provider, limit),
                "both", new Account("both", provider, limit),
                "lame", new Account("lame", provider, limit));
        return new Dns01Solver(publisher(), new DnsProviders(rules, accounts), resolver, config);
    }

    private static DnsClient resolver() {
        return new DnsClient(Optional.of(ServerAddress.parse("test", first.resolver())), true, Duration.ofSeconds(3));
    }

    private static Dns01Config config(int authoritativePort, Dns01SelfCheck selfCheck) {
        return Dns01Settings.of(authoritativePort, selfCheck);
    }

    private static Dns01Config config(int authoritativePort, Dns01SelfCheck selfCheck, boolean followCnames) {
        return new Dns01Settings(authoritativePort, selfCheck, followCnames, Duration.ofSeconds(3));
    }

    private static ChallengePublisher publisher() {
        return new ChallengePublisher(
                event -> {},
                key -> {},
                new LiveChallenges(InstantSource.system()),
                Duration.ofHours(1),
                Clock.systemUTC());
    }

    private static List<String> values(String fqdn) {
        return DnsTestServers.values(first.resolver(), fqdn);
    }

    private static Authorization.Challenge challenge(String token) {
        return new Authorization.Challenge(
                "dns-01", URI.create("https://ca.test/c"), token, token + ".thumbprint", Optional.empty());
    }
}
