package dev.perennial.validation.tlsalpn01;

import dev.perennial.platform.probe.ConnectionDeadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Accepts connections, each on a virtual thread, with limits on their number and duration. */
final class TlsAlpn01Listener implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TlsAlpn01Listener.class);
    private static final Duration ACCEPT_BACKOFF = Duration.ofMillis(100);

    private final ServerSocket server;
    private final Semaphore permits;
    private final Duration limit;
    private final Consumer<Socket> serve;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param maxConnections further connections are closed at once
     * @param serve handles a connection, which is closed when it returns
     * @throws IOException if the address is not available
     */
    TlsAlpn01Listener(InetSocketAddress address, int maxConnections, Duration limit, Consumer<Socket> serve)
            throws IOException {
        this.server = new ServerSocket();
        this.server.setReuseAddress(true);
        this.server.bind(address);
        this.permits = new Semaphore(maxConnections);
        this.limit = limit;
        this.serve = serve;
        Thread.ofPlatform().daemon().name("tls-alpn-01-accept").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                take(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    // Probably out of file handles: a retry without a pause would keep a core busy.
                    LOG.warnf(
                            "accepting a connection failed; the next attempt is in %d ms: %s",
                            ACCEPT_BACKOFF.toMillis(), e);
                    LockSupport.parkNanos(ACCEPT_BACKOFF.toNanos());
                }
            }
        }
    }

    private void take(Socket connection) {
        if (!permits.tryAcquire()) {
            LOG.debug("closed a connection: the maximum number of connections is in use");
            ConnectionDeadline.closeQuietly(connection);
            return;
        }
        open.add(connection);
        Thread.ofVirtual().name("tls-alpn-01").start(() -> {
            try (connection;
                    var cutoff = ConnectionDeadline.after(limit, connection)) {
                serve.accept(connection);
            } catch (IOException e) {
                LOG.debugf("closing a connection failed: %s", e);
            } finally {
                open.remove(connection);
                permits.release();
            }
        });
    }

    /** Also closes open connections. */
    @Override
    public void close() {
        ConnectionDeadline.closeQuietly(server);
        open.forEach(ConnectionDeadline::closeQuietly);
    }
}
