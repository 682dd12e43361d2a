package dev.perennial.validation.dns01;

import static dev.perennial.validation.orders.ReplicaUnderTest.RETENTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.ServerAddress;
import dev.perennial.events.Identifier;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.validation.dns01.DnsProviders.Account;
import dev.perennial.validation.orders.ReplicaUnderTest;
import dev.perennial.validation.selection.ChallengeRule;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.Suffix;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica presents a record in BIND and crashes; another replica withdraws the record after its expiry. */
class ExpiredRecordIT {
    private static final Zone CORP = new Zone("corp.test", """
        @ NS ns1
        ns1 A 127.0.0.1
        _acme-challenge.away CNAME away.dyn.test.
        """);
    private static final Authorization.Challenge CHALLENGE = challenge("token");

    private DnsTestServers servers;
    private BindPart bind;
    private ReplicaUnderTest crashed;
    private ReplicaUnderTest other;

    @BeforeEach
    void start() {
        servers = new DnsTestServers();
        bind = servers.bind(List.of(CORP, Zone.onLoopback("dyn.test")));
        crashed = replica();
        other = replica();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void withdrawsTheRecordOfACrashedReplicaAfterItsExpiry() {
        crashed.solver.present(Identifier.dns("www.corp.test"), CHALLENGE);
        crashed.solver.present(Identifier.dns("www.corp.test"), challenge("live"));
        other.receive(List.of(crashed.presented.getFirst()));

        other.pass(RETENTION);
        assertThat(values("_acme-challenge.www.corp.test")).hasSize(2);
        other.pass(Duration.ofSeconds(10));

        assertThat(values("_acme-challenge.www.corp.test")).containsExactly(Dns01Solver.digest("live.thumbprint"));
        assertThat(other.tombstones).containsExactly("dns-01.token");
    }

    @Test
    void withdrawsTheRecordWhenDnsIsAvailableAgain() {
        crashed.solver.present(Identifier.dns("www.corp.test"), CHALLENGE);
        other.receive(crashed.presented);
        bind.stop();
        other.passUntilExpired();
        assertThat(other.tombstones).isEmpty();

        bind.start();
        assertThat(values("_acme-challenge.www.corp.test")).hasSize(1);
        other.pass(Duration.ofSeconds(31));

        assertThat(values("_acme-challenge.www.corp.test")).isEmpty();
        assertThat(other.tombstones).containsExactly("dns-01.token");
    }

    @Test
    void withdrawsTheRecordAtTheTargetOfACname() {
        crashed.solver.present(Identifier.dns("away.corp.test"), CHALLENGE);
        assertThat(values("away.dyn.test")).hasSize(1);
        other.receive(crashed.presented);

        other.passUntilExpired();

        assertThat(values("away.dyn.test")).isEmpty();
        assertThat(other.tombstones).containsExactly("dns-01.token");
    }

    /** The installation has no provider for the zone; a rule of the issuer names one. */
    @Test
    void withdrawsTheRecordAtTheProviderOfTheIssuersRules() {
        ChallengeRules rules = rules().withIssuerRules(
                        List.of(new ChallengeRule(new Suffix("dyn.test"), List.of(), Optional.of("corp"))));
        crashed.solver.forIssuer("ca", rules).present(Identifier.dns("www.dyn.test"), CHALLENGE);
        assertThat(values("_acme-challenge.www.dyn.test")).hasSize(1);
        other.rules = issuer -> issuer.equals("ca") ? rules : rules();
        other.receive(crashed.presented);

        other.passUntilExpired();

        assertThat(values("_acme-challenge.www.dyn.test")).isEmpty();
    }

    @Test
    void publishesATombstoneAfterAWithdrawal() {
        crashed.solver.present(Identifier.dns("www.corp.test"), CHALLENGE);
        assertThat(crashed.presented).singleElement().satisfies(event -> assertThat(event.subject())
                .isEqualTo("dns-01.token"));

        crashed.solver.withdraw(Identifier.dns("www.corp.test"), CHALLENGE);

        assertThat(crashed.tombstones).containsExactly("dns-01.token");
    }

    private ReplicaUnderTest replica() {
        var provider = servers.provider("bind", bind.resolver());
        Account account = new Account("corp", provider, Duration.ofSeconds(10));
        var resolver =
                new DnsClient(Optional.of(ServerAddress.parse("test", bind.resolver())), true, Duration.ofSeconds(1));
        return new ReplicaUnderTest(publisher -> new Dns01Solver(
                publisher,
                new DnsProviders(rules(), Map.of("corp", account, "cname", account)),
                resolver,
                Dns01Settings.of(bind.port(), Dns01SelfCheck.AUTHORITATIVE)));
    }

    private static ChallengeRules rules() {
        return new ChallengeRules(
                List.of(),
                Map.of(
                        "corp", Optional.of(new Suffix("corp.test")),
                        "cname", Optional.of(new Suffix("away.dyn.test"))));
    }

    private List<String> values(String fqdn) {
        return DnsTestServers.values(bind.resolver(), fqdn);
    }

    private static Authorization.Challenge challenge(String token) {
        return new Authorization.Challenge(
                "dns-01", URI.create("https://ca.test/c"), token, token + ".thumbprint", Optional.empty());
    }
}
