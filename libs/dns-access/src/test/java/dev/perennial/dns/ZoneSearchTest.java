package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A server with the zone shop.test that refuses queries for some names. */
class ZoneSearchTest {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final DnsClient client = new DnsClient(
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort())),
            false,
            Duration.ofSeconds(2));

    ZoneSearchTest() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() {
        socket.close();
    }

    @Test
    void findsTheZoneAboveANameThatTheServerRefuses() throws IOException {
        refused.addAll(Set.of("_acme-challenge.www.shop.test", "www.shop.test"));

        assertThat(client.zoneOf("_acme-challenge.www.shop.test")).contains("shop.test");
    }

    @Test
    void reportsARefusalIfThereIsNoZone() {
        refused.add("elsewhere.test");

        assertThatExceptionOfType(QueryRefusedException.class)
                .isThrownBy(() -> client.zoneOf("www.elsewhere.test"))
                .withMessageContaining("REFUSED for elsewhere.test");
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[1_024], 1_024);
                socket.receive(packet);
                byte[] answer = answer(new Message(Arrays.copyOf(packet.getData(), packet.getLength())))
                        .toWire();
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    private Message answer(Message query) throws IOException {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        Name name = query.getQuestion().getName();
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        if (refused.contains(DnsClient.text(name))) {
            answer.getHeader().setRcode(Rcode.REFUSED);
        } else if (name.subdomain(DnsClient.absolute("shop.test"))) {
            Name zone = DnsClient.absolute("shop.test");
            answer.addRecord(
                    Record.fromString(zone, Type.SOA, DClass.IN, 60, "ns1.shop.test. admin.shop.test. 1 1 1 1 1", zone),
                    Section.AUTHORITY);
        }
        return answer;
    }
}
