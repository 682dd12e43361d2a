package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.dns.DnsClient;
import dev.perennial.dns.ServerAddress;
import dev.perennial.events.RetryLater;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.Ports;
import dev.perennial.validation.challenges.PresentationException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Runs against a real BIND 9 with keys of different rights. */
class Rfc2136RightsIT {
    private static final String ZONE = "example.com";

    private final DnsTestServers servers = new DnsTestServers();

    @AfterEach
    void stop() {
        servers.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # rights of the key                                                             | expected        | finding
            update-policy { grant acme-key name _acme-challenge.www.example.com. TXT; };    | CHALLENGE_NAMES | none
            update-policy { grant acme-key zonesub TXT; };                                  | CHALLENGE_NAMES | TXT
            update-policy { grant acme-key zonesub TXT; };                                  | TXT             | none
            update-policy { grant acme-key zonesub ANY; };                                  | TXT             | A
            allow-update { key acme-key; };                                                 | TXT             | A
            allow-update { key acme-key; };                                                 | CHALLENGE_NAMES | A
            allow-update { none; };                                                         | CHALLENGE_NAMES | none
            """)
    void findsBroaderRightsWithoutAChange(String updates, ExpectedRights expected, String finding) throws IOException {
        BindPart bind = servers.bind(List.of(Zone.onLoopback(ZONE)), updates);
        long serial = serial(bind);

        VisibleRights rights = provider("bind", bind.resolver(), ZONE, expected).rights();

        if (finding.equals("none")) {
            assertThat(rights).isEqualTo(new VisibleRights.AsExpected());
        } else {
            assertThat(rights)
                    .isInstanceOfSatisfying(VisibleRights.Broader.class, broader -> assertThat(broader.evidence())
                            .contains("accepts changes of " + finding + " records at any name", "." + ZONE));
        }
        assertThat(serial(bind)).isEqualTo(serial);
    }

    @Test
    void concludesNothingFromAServerThatDoesNotKnowTheKeyOrTheZone() {
        BindPart bind = servers.bind(List.of(Zone.onLoopback(ZONE)));
        servers.key("wrong", "d3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3I=");

        assertThat(provider("wrong", bind.resolver(), ZONE, ExpectedRights.TXT).rights())
                .isInstanceOf(VisibleRights.Unknown.class);
        assertThat(provider("bind", bind.resolver(), "elsewhere.test", ExpectedRights.TXT)
                        .rights())
                .isInstanceOf(VisibleRights.Unknown.class);
    }

    @Test
    void doesNotAskWithoutAZoneOrIfTheCheckIsExcluded() {
        String nowhere = "127.0.0.1:" + Ports.free();

        assertThat(servers.provider("bind", nowhere).rights()).isInstanceOf(VisibleRights.Unknown.class);
        assertThat(provider("bind", nowhere, ZONE, ExpectedRights.UNCHECKED).rights())
                .isInstanceOf(VisibleRights.Unknown.class);
    }

    @Test
    void reportsMissingCredentialsAndAServerThatDoesNotAnswer() {
        String nowhere = "127.0.0.1:" + Ports.free();
        servers.key("bind", "d3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3I=");

        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() ->
                        provider("none", nowhere, ZONE, ExpectedRights.TXT).rights());
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> provider("bind", nowhere, ZONE, ExpectedRights.TXT)
                .rights());
    }

    private DnsProvider provider(String name, String server, String zone, ExpectedRights expected) {
        return new Rfc2136Provider(
                name, ProviderSettings.rfc2136(server).of(zone, expected), new Credentials(name, servers.vault));
    }

    private static long serial(BindPart bind) throws IOException {
        return new DnsClient(Optional.of(ServerAddress.parse("test", bind.resolver())), false, Duration.ofSeconds(3))
                .records(ZONE, Type.SOA, SOARecord.class)
                .getFirst()
                .getSerial();
    }
}
