package dev.perennial.testbed.proxy;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.process.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes TCP connections on to a port. While it is {@link #cut()}, those that stood are reset and new ones are refused. */
public final class TcpProxy implements Part {
    private final String name;
    private final int port;
    private final int target;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket door;
    private Thread acceptor;

    /** @param port where it listens, on loopback; {@code target} is on loopback too */
    public TcpProxy(String name, int port, int target) {
        this.name = name;
        this.port = port;
        this.target = target;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", port);
    }

    @Override
    public void start() {
        mend();
    }

    /** Refuses new connections from now on and resets all that stand. No effect on one that is cut. */
    public synchronized void cut() {
        if (door == null) {
            return;
        }
        close(door);
        door = null;
        // Only then does the system refuse.
        await(acceptor);
        // Whoever closes an end from now on, a pump perhaps, resets it.
        ends.forEach(TcpProxy::dropAtClose);
        ends.forEach(TcpProxy::close);
        ends.clear();
    }

    /** Takes connections again. */
    public synchronized void mend() {
        if (door != null) {
            return;
        }
        try {
            ServerSocket opened = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
            door = opened;
            acceptor = Thread.ofVirtual().name(name).start(() -> accept(opened));
        } catch (IOException e) {
            throw new PartFailedException(name, "cannot listen on port " + port, e);
        }
    }

    private void accept(ServerSocket at) {
        while (!at.isClosed()) {
            try {
                Socket client = at.accept();
                Thread.ofVirtual().name(name).start(() -> carry(at, client));
            } catch (IOException e) {
                // It was cut: whoever mends it opens another door.
                return;
            }
        }
    }

    private void carry(ServerSocket at, Socket client) {
        try (client;
                Socket part = new Socket(InetAddress.getLoopbackAddress(), target)) {
            client.setTcpNoDelay(true);
            part.setTcpNoDelay(true);
            ends.add(client);
            ends.add(part);
            if (at.isClosed()) {
                dropAtClose(client);
                return;
            }
            Thread back = Thread.ofVirtual().name(name).start(() -> pump(part, client));
            pump(client, part);
            await(back);
        } catch (IOException e) {
            // The part refuses, and so the client is hung up on.
            close(client);
        } finally {
            ends.remove(client);
        }
    }

    /** Until one end hangs up, and then for both: none of the protocols here uses half of a connection. */
    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The other direction sees it too.
            return;
        } finally {
            ends.remove(from);
        }
    }

    /** What is under way is dropped when it is closed, and the other side gets a reset in place of an end. */
    private static void dropAtClose(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // It is closed already.
            return;
        }
    }

    private static void await(Thread other) {
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Closeable open) {
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean healthy() {
        return door != null;
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<Path> log() {
        return Optional.empty();
    }

    @Override
    public void stop() {
        cut();
    }
}
