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

/**
 * Forwards TCP connections to a port. {@link #cut()} resets open connections and refuses new ones; {@link #hang()}
 * keeps them open and forwards nothing, as a network that loses all packets.
 */
public final class TcpProxy implements Part {
    private final String name;
    private final int port;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    /** Closed while the proxy hangs. */
    private final Gate gate = new Gate();

    private volatile ServerSocket listener;
    private Thread acceptor;

    /**
     * @param port the port on loopback that it listens on; {@code target} is the port on loopback that it forwards to
     */
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
        restore();
    }

    /** Resets open connections and refuses new ones. No effect if it is cut already. */
    public synchronized void cut() {
        if (listener == null) {
            return;
        }
        close(listener);
        listener = null;
        gate.open();
        // The system refuses connections only after the accepting thread has ended.
        await(acceptor);
        // From now on every close resets the connection, also one by a copying thread.
        sockets.forEach(TcpProxy::resetOnClose);
        sockets.forEach(TcpProxy::close);
        sockets.clear();
    }

    /**
     * Keeps connections open and accepts new ones, but forwards nothing until {@link #restore()}, which forwards the
     * delayed bytes.
     */
    public void hang() {
        gate.close();
    }

    /** Accepts and forwards connections again. */
    public synchronized void restore() {
        gate.open();
        if (listener != null) {
            return;
        }
        try {
            ServerSocket opened = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
            listener = opened;
            acceptor = Thread.ofVirtual().name(name).start(() -> accept(opened));
        } catch (IOException e) {
            throw new PartFailedException(name, "cannot listen on port " + port, e);
        }
    }

    private void accept(ServerSocket at) {
        while (!at.isClosed()) {
            try {
                Socket client = at.accept();
                Thread.ofVirtual().name(name).start(() -> forward(at, client));
            } catch (IOException e) {
                // It was cut; restore() opens another listener.
                return;
            }
        }
    }

    private void forward(ServerSocket at, Socket client) {
        try (client;
                Socket part = new Socket(InetAddress.getLoopbackAddress(), target)) {
            client.setTcpNoDelay(true);
            part.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(part);
            if (at.isClosed()) {
                resetOnClose(client);
                return;
            }
            Thread back = Thread.ofVirtual().name(name).start(() -> copy(part, client));
            copy(client, part);
            await(back);
        } catch (IOException e) {
            // The part refuses the connection, so the client's connection is closed.
            close(client);
        } finally {
            sockets.remove(client);
        }
    }

    /** Copies until one side closes the connection, then closes both: no protocol here uses half-closed connections. */
    private void copy(Socket from, Socket to) {
        try (from;
                to) {
            byte[] buffer = new byte[16 * 1024];
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                gate.pass();
                to.getOutputStream().write(buffer, 0, read);
            }
            gate.pass();
        } catch (IOException e) {
            // The other direction ends with the same exception.
            return;
        } finally {
            sockets.remove(from);
        }
    }

    /** Lets threads pass while it is open. */
    private static final class Gate {
        private boolean closed;

        synchronized void open() {
            closed = false;
            notifyAll();
        }

        synchronized void close() {
            closed = true;
        }

        synchronized void pass() throws IOException {
            while (closed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }
        }
    }

    /** Discards unsent data on close, and sends a reset to the other side. */
    private static void resetOnClose(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // The socket is closed already.
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
        return listener != null;
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
