package dev.perennial.validation.selfcheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.dns.AddressLookup;
import dev.perennial.dns.DnsUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlConnectionTest {
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void reachesTheHostOfTheCa() {
        assertThat(to(loopback()).query(ca()))
                .isEqualTo(new ControlResult.Reachable("ca.example.com:" + server.getLocalPort()));
    }

    @Test
    void failsIfTheResolverDoesNotAnswer() {
        AddressLookup silent = name -> {
            throw new DnsUnavailableException("192.0.2.53:53 does not answer");
        };

        assertThat(to(silent).query(ca()))
                .isInstanceOfSatisfying(ControlResult.Unreachable.class, result -> assertThat(result.evidence())
                        .contains("ca.example.com:" + server.getLocalPort(), "192.0.2.53:53 does not answer"));
    }

    @Test
    void failsIfThePortAcceptsNoConnection() throws IOException {
        server.close();

        assertThat(to(loopback()).query(ca())).isInstanceOf(ControlResult.Unreachable.class);
    }

    /** The name of an internal CA, for example, is unknown to the resolver of public names. */
    @Test
    void usesTheSystemsAddressIfTheResolverHasNone() {
        AddressLookup publicNames = name -> {
            throw new UnknownHostException(name);
        };

        assertThat(to(publicNames).query(URI.create("https://localhost:" + server.getLocalPort())))
                .isInstanceOf(ControlResult.Reachable.class);
    }

    @Test
    void looksUpNoAddress() {
        assertThat(to(loopback()).query(URI.create("https://127.0.0.1:" + server.getLocalPort())))
                .isInstanceOf(ControlResult.Reachable.class);
        assertThat(lookups).hasValue(0);
    }

    @Test
    void prefersTheConfiguredTarget() {
        var target = InetSocketAddress.createUnresolved("gateway.example.com", server.getLocalPort());
        var control = new ControlConnection(loopback(), Optional.of(target), Duration.ofSeconds(3), nanos::get);

        assertThat(control.query(URI.create("https://ca.example.com")))
                .isEqualTo(new ControlResult.Reachable("gateway.example.com:" + server.getLocalPort()));
    }

    @Test
    void usesOneResultForAThousandNames() {
        ControlConnection control = to(loopback());
        for (int name = 0; name < 1_000; name++) {
            control.query(ca());
        }
        assertThat(lookups).hasValue(1);

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        control.query(ca());

        assertThat(lookups).hasValue(2);
    }

    private ControlConnection to(AddressLookup lookup) {
        return new ControlConnection(lookup, Optional.empty(), Duration.ofSeconds(3), nanos::get);
    }

    private AddressLookup loopback() {
        return name -> {
            lookups.incrementAndGet();
            return List.of(InetAddress.getLoopbackAddress());
        };
    }

    private URI ca() {
        return URI.create("https://ca.example.com:" + server.getLocalPort() + "/chall/1");
    }
}
