package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A resolver that answers no query for an address before it has received all of them. */
class SlowNameServersTest {
    private static final int SERVERS = 6;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final CountDownLatch queried = new CountDownLatch(SERVERS);

    SlowNameServersTest() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() {
        socket.close();
    }

    @Test
    void looksUpTheNamesOfServersConcurrently() throws IOException {
        DnsClient resolver = new DnsClient(
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort())),
                true,
                Duration.ofSeconds(2));

        List<NameServer> servers = new AuthoritativeServers(resolver, 53).of("www.example.test");

        assertThat(servers).hasSize(SERVERS);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[1_024], 1_024);
                socket.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                Thread.ofVirtual().start(() -> respond(query, packet));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void respond(Message query, DatagramPacket to) {
        try {
            Message answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            Record question = query.getQuestion();
            answer.addRecord(question, Section.QUESTION);
            for (String text : records(question.getType())) {
                answer.addRecord(
                        Record.fromString(
                                question.getName(), question.getType(), DClass.IN, 60, text, question.getName()),
                        Section.ANSWER);
            }
            byte[] bytes = answer.toWire();
            socket.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> records(int type) throws InterruptedException {
        return switch (type) {
            case Type.SOA -> List.of("ns1.example.test. admin.example.test. 1 1 1 1 1");
            case Type.NS ->
                List.of("ns1", "ns2", "ns3", "ns4", "ns5", "ns6").stream()
                        .map(name -> name + ".example.test.")
                        .toList();
            case Type.A -> {
                queried.countDown();
                yield queried.await(5, TimeUnit.SECONDS) ? List.of("127.0.0.1") : List.of();
            }
            default -> List.of();
        };
    }
}
