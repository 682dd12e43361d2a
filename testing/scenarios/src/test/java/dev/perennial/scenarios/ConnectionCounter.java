package dev.perennial.scenarios;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTPS origin that counts the connections that are opened to it, and closes them. */
final class ConnectionCounter implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();

    ConnectionCounter() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().name("connection-counter").start(this::count);
    }

    URI origin() {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort());
    }

    int connections() {
        return connections.get();
    }

    private void count() {
        try {
            while (true) {
                Socket connection = listener.accept();
                connections.incrementAndGet();
                connection.close();
            }
        } catch (IOException closed) {
            // The listener was closed at the end of the test.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
