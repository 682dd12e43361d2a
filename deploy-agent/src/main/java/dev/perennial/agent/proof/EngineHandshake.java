package dev.perennial.agent.proof;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;

/** The handshake of an engine over a socket. */
final class EngineHandshake {
    private static final Logger LOG = Logger.getLogger(EngineHandshake.class);

    /** Content type of a TLS record (RFC 5246 section 6.2.1). */
    private static final byte CHANGE_CIPHER_SPEC = 20;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Socket socket;
    private final Observation observed;
    /** From the server, ready to be read. */
    private final ByteBuffer received;

    private final ByteBuffer sent;
    private final ByteBuffer data;

    EngineHandshake(SSLEngine engine, Socket socket, Observation observed) {
        this.engine = engine;
        this.socket = socket;
        this.observed = observed;
        int packet = engine.getSession().getPacketBufferSize();
        this.received = ByteBuffer.allocate(packet).flip();
        this.sent = ByteBuffer.allocate(packet);
        this.data = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    /** @throws IOException if the handshake fails; the server has the reason as an alert, if possible */
    Void complete() throws IOException {
        try {
            engine.beginHandshake();
            while (step()) {
                // The engine says what comes next.
            }
        } catch (SSLException e) {
            alert(e);
            throw e;
        }
        try {
            engine.closeOutbound();
            wrap();
        } catch (IOException e) {
            // The handshake was complete; a server that requires a client certificate may have closed the connection.
            LOG.tracef(e, "no close_notify was sent");
        }
        return null;
    }

    /** @return whether the handshake goes on */
    private boolean step() throws IOException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                yield true;
            }
            case NEED_WRAP -> wrap() != SSLEngineResult.HandshakeStatus.FINISHED;
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap() != SSLEngineResult.HandshakeStatus.FINISHED;
            case FINISHED, NOT_HANDSHAKING -> false;
        };
    }

    private SSLEngineResult.HandshakeStatus wrap() throws IOException {
        sent.clear();
        SSLEngineResult result = engine.wrap(NO_DATA, sent);
        sent.flip();
        if (sent.hasRemaining() && sent.get(0) == CHANGE_CIPHER_SPEC) {
            observed.cipherChanged();
        }
        socket.getOutputStream().write(sent.array(), 0, sent.limit());
        return result.getHandshakeStatus();
    }

    private SSLEngineResult.HandshakeStatus unwrap() throws IOException {
        data.clear();
        SSLEngineResult result = engine.unwrap(received, data);
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> read();
            case CLOSED -> throw new SSLException("the server closed the connection during the handshake");
            case BUFFER_OVERFLOW -> throw new SSLException("the server sent a record that is too large");
            case OK -> {
                // The engine has consumed a record.
            }
        }
        return result.getHandshakeStatus();
    }

    private void read() throws IOException {
        received.compact();
        if (!received.hasRemaining()) {
            throw new SSLException("the server sent a record that is too large");
        }
        int count = socket.getInputStream().read(received.array(), received.position(), received.remaining());
        if (count < 0) {
            throw new EOFException("the server closed the connection during the handshake");
        }
        received.position(received.position() + count).flip();
    }

    private void alert(SSLException reason) {
        try {
            while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP
                    && !engine.isOutboundDone()) {
                wrap();
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
