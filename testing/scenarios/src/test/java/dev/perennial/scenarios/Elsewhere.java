package dev.perennial.scenarios;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** A place inside the network that a hostile CA names, and where nobody must go. */
final class Elsewhere implements AutoCloseable {
    private final ServerSocket door;
    private final AtomicInteger visits = new AtomicInteger();

    Elsewhere() throws IOException {
        door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().name("elsewhere").start(this::count);
    }

    URI origin() {
        return URI.create("https://127.0.0.1:" + door.getLocalPort());
    }

    int visits() {
        return visits.get();
    }

    private void count() {
        try {
            while (true) {
                Socket visitor = door.accept();
                visits.incrementAndGet();
                visitor.close();
            }
        } catch (IOException closed) {
            // Nobody can come any more.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
