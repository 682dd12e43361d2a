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

/** Takes connections, a virtual thread each, so many at once and none for longer than the limit. */
final class TlsAlpn01Listener implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TlsAlpn01Listener.class);
    private static final Duration REST = Duration.ofMillis(100);

    private final ServerSocket server;
    private final Semaphore room;
    private final Duration limit;
    private final Consumer<Socket> serve;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param most connections at once; the next one is closed
     * @param serve returns when it is done with the connection, which is closed then
     * @throws IOException where nobody can listen there
     */
    TlsAlpn01Listener(InetSocketAddress address, int most, Duration limit, Consumer<Socket> serve) throws IOException {
        this.server = new ServerSocket();
        this.server.setReuseAddress(true);
        this.server.bind(address);
        this.room = new Semaphore(most);
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
                    // Out of file handles, most likely: asking again at once would only keep a core busy.
                    LOG.warnf("no connection could be taken, the next try is in %d ms: %s", REST.toMillis(), e);
                    LockSupport.parkNanos(REST.toNanos());
                }
            }
        }
    }

    private void take(Socket connection) {
        if (!room.tryAcquire()) {
            LOG.debug("closed a connection: as many as allowed are being served");
            ConnectionDeadline.closeQuietly(connection);
            return;
        }
        open.add(connection);
        Thread.ofVirtual().name("tls-alpn-01").start(() -> {
            try (connection;
                    var cutoff = ConnectionDeadline.after(limit, connection)) {
                serve.accept(connection);
            } catch (IOException e) {
                LOG.debugf("a connection did not close: %s", e);
            } finally {
                open.remove(connection);
                room.release();
            }
        });
    }

    /** Ends what is being served, too. */
    @Override
    public void close() {
        ConnectionDeadline.closeQuietly(server);
        open.forEach(ConnectionDeadline::closeQuietly);
    }
}
