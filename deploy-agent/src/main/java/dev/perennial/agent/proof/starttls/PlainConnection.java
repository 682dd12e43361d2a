package dev.perennial.agent.proof.starttls;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A connection before TLS. It reads one byte at a time, so that no byte of the TLS handshake is consumed. The caller
 * limits the time.
 */
public final class PlainConnection {
    static final int LONGEST_LINE = 2 * 1024;
    static final int MOST_LINES = 64;
    private static final int LONGEST_QUOTE = 200;

    private final InputStream in;
    private final OutputStream out;
    private int lines;

    public PlainConnection(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    void send(String line) throws IOException {
        send((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Sends a request. An answer that has arrived before its request was not given to it: another party may have
     * injected it (CVE-2011-0411 and its relatives).
     */
    void send(byte[] request) throws IOException {
        requireNothing("before the request");
        out.write(request);
        out.flush();
    }

    /** @throws StartTlsException if the server has already sent bytes */
    void requireNothing(String when) throws IOException {
        if (in.available() > 0) {
            throw new StartTlsException("the server sent " + in.available() + " bytes " + when
                    + "; they may have been injected, so that TLS does not start");
        }
    }

    /** A line without its end; bytes that are not printable ASCII are replaced. */
    String line() throws IOException {
        if (++lines > MOST_LINES) {
            throw new StartTlsException("the server sent more than " + MOST_LINES + " lines before TLS");
        }
        StringBuilder line = new StringBuilder();
        for (int read = read(); read != '\n'; read = read()) {
            if (line.length() == LONGEST_LINE) {
                throw new StartTlsException(
                        "the server sent a line of more than " + LONGEST_LINE + " bytes before TLS");
            }
            line.append(read >= ' ' && read < 0x7f || read == '\r' ? (char) read : '?');
        }
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return line.toString().replace('\r', '?');
    }

    int read() throws IOException {
        int read = in.read();
        if (read < 0) {
            throw new EOFException("the server closed the connection before TLS");
        }
        return read;
    }

    /** @param length limited to {@link #LONGEST_LINE} */
    byte[] bytes(int length) throws IOException {
        if (length > LONGEST_LINE) {
            throw new StartTlsException("the server announced a message of " + length + " bytes before TLS; at most "
                    + LONGEST_LINE + " are read");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            bytes.write(read());
        }
        return bytes.toByteArray();
    }

    static StartTlsException refused(String request, String answer) {
        String quote = answer.length() > LONGEST_QUOTE ? answer.substring(0, LONGEST_QUOTE) + "..." : answer;
        return new StartTlsException("the server answered '" + quote + "' to " + request);
    }

    /** Printable ASCII of a message, for a failure. */
    static String printable(byte[] message) {
        return new String(message, StandardCharsets.US_ASCII)
                .replaceAll("[^ -~]+", " ")
                .strip();
    }
}
