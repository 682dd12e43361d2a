package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.dns.DnsClient;
import dev.perennial.dns.ServerAddress;
import dev.perennial.events.ErrorCode;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.validation.challenges.PresentationException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Runs against a real BIND 9 with {@code match-clients { key acme-key; }}: it refuses requests without the key. */
class KeyOnlyViewIT {
    private static final TxtRecord RECORD = new TxtRecord("_acme-challenge.www.corp.test", "one");

    private static DnsTestServers servers;
    private static BindPart bind;

    @BeforeAll
    static void start() {
        servers = new DnsTestServers();
        bind = servers.keyOnlyBind(List.of(Zone.onLoopback("corp.test")));
        servers.key("wrong", "d3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3I=");
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void signsTheQueryThatFindsTheZone() throws IOException {
        DnsProvider provider = servers.provider("bind", bind.resolver());

        provider.add(RECORD);
        assertThat(values()).containsExactly("one");

        provider.remove(RECORD);
        assertThat(values()).isEmpty();
    }

    @Test
    void reportsAKeyThatTheServerRefuses() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> servers.provider("wrong", bind.resolver()).add(RECORD))
                .withMessageContaining("check the TSIG key")
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UPDATE_REFUSED));
    }

    @Test
    void reportsANameOutsideTheZonesOfTheView() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> servers.provider("bind", bind.resolver())
                        .add(new TxtRecord("_acme-challenge.notcorp.test", "one")));
    }

    private static List<String> values() throws IOException {
        TSIG key = new TSIG(TSIG.HMAC_SHA256, BindPart.KEY_NAME, bind.secret());
        return new DnsClient(Optional.of(ServerAddress.parse("test", bind.resolver())), false, Duration.ofSeconds(3))
                .signedWith(key).records(RECORD.fqdn(), Type.TXT, TXTRecord.class).stream()
                        .map(txt -> String.join("", txt.getStrings()))
                        .toList();
    }
}
