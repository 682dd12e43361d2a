package dev.perennial.agent.proof.starttls;

import java.io.IOException;
import java.nio.ByteBuffer;

/** PostgreSQL's SSLRequest (documentation, section 54.2.10). */
final class Postgresql {
    private static final int SSL_REQUEST = 80_877_103;

    private Postgresql() {}

    static void agree(PlainConnection connection) throws IOException {
        connection.send(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
        int answer = connection.read();
        // An error message of a server without this request is not read: it is not authentic.
        if (answer != 'S') {
            throw PlainConnection.refused(
                    "SSLRequest", answer > ' ' && answer < 0x7f ? Character.toString(answer) : "the byte " + answer);
        }
        connection.requireNothing("after its consent to TLS");
    }
}
