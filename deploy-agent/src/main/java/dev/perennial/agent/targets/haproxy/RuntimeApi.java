package dev.perennial.agent.targets.haproxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The stats socket of an HAProxy process: one connection per command. Chapter 9.3 of HAProxy's management guide. */
final class RuntimeApi {
    private static final int MAX_RESPONSE = 1_048_576;
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("runtime API timeouts").factory());

    private final Path socket;
    private final Duration timeout;

    RuntimeApi(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /**
     * @return the response without the blank lines at its end
     * @throws IOException if there is no connection, or no complete response in time
     */
    String send(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Future<?> limit = TIMER.schedule(() -> close(channel), timeout.toMillis(), TimeUnit.MILLISECONDS);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                ByteBuffer request = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.ISO_8859_1));
                while (request.hasRemaining()) {
                    channel.write(request);
                }
                return read(channel);
            } catch (ClosedChannelException e) {
                throw new IOException("no response within " + timeout.toMillis() + " ms", e);
            } finally {
                limit.cancel(false);
            }
        }
    }

    /** HAProxy closes the connection after the response. */
    private static String read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8_192);
        while (channel.read(buffer) >= 0) {
            response.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (response.size() > MAX_RESPONSE) {
                throw new IOException("the response is larger than " + MAX_RESPONSE + " bytes");
            }
        }
        return response.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static Object close(SocketChannel channel) throws IOException {
        channel.close();
        return channel;
    }
}
