package dev.perennial.validation.dns01;

import dev.perennial.dns.DnsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;

/** Forwards queries over UDP to a real resolver, and records their questions. */
final class ObservedResolver implements AutoCloseable {
    final List<Record> questions = new CopyOnWriteArrayList<>();
    private final DatagramSocket socket;
    private final InetSocketAddress upstream;

    ObservedResolver(int upstreamPort) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.upstream = new InetSocketAddress(loopback, upstreamPort);
        try {
            this.socket = new DatagramSocket(0, loopback);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::serve);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    /** The names of the questions, lower case, no trailing dot. */
    List<String> names() {
        return questions.stream()
                .map(question -> DnsClient.text(question.getName()))
                .toList();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[1_232], 1_232);
                socket.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                questions.add(new Message(query).getQuestion());
                Thread.ofVirtual().start(() -> forward(query, packet));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void forward(byte[] query, DatagramPacket from) {
        try (DatagramSocket client = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            client.setSoTimeout(5_000);
            client.send(new DatagramPacket(query, query.length, upstream));
            DatagramPacket answer = new DatagramPacket(new byte[4_096], 4_096);
            client.receive(answer);
            socket.send(new DatagramPacket(answer.getData(), answer.getLength(), from.getSocketAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
