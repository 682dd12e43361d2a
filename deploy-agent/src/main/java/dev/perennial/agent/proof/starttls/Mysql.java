package dev.perennial.agent.proof.starttls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The SSLRequest of MySQL and MariaDB, which follows the server's greeting ("Connection Phase" in the documentation of
 * the protocol). The server does not answer it: TLS begins at once.
 */
final class Mysql {
    private static final int PROTOCOL_VERSION = 10;
    private static final int ERROR = 0xff;
    private static final int CLIENT_PROTOCOL_41 = 0x0200;
    private static final int CLIENT_SSL = 0x0800;
    private static final int CLIENT_SECURE_CONNECTION = 0x8000;
    private static final int LARGEST_PACKET = 1 << 24;
    private static final byte UTF_8 = 45;
    private static final int REQUEST = 32;
    /** Thread id, first part of the challenge, filler. */
    private static final int BEFORE_CAPABILITIES = 4 + 8 + 1;

    private Mysql() {}

    static void agree(PlainConnection connection) throws IOException {
        byte[] header = connection.bytes(4);
        byte[] greeting = connection.bytes(header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16);
        if (greeting.length > 0 && (greeting[0] & 0xff) == ERROR) {
            throw PlainConnection.refused("the connection", PlainConnection.printable(greeting));
        }
        if (header[3] != 0 || (capabilities(greeting) & CLIENT_SSL) == 0) {
            throw new StartTlsException("the server's greeting does not offer TLS");
        }
        connection.send(ByteBuffer.allocate(4 + REQUEST)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(REQUEST | 1 << 24)
                .putInt(CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION)
                .putInt(LARGEST_PACKET)
                .put(UTF_8)
                .array());
        connection.requireNothing("after its greeting");
    }

    private static int capabilities(byte[] greeting) throws StartTlsException {
        int i = 1;
        while (i < greeting.length && greeting[i] != 0) {
            i++;
        }
        i += 1 + BEFORE_CAPABILITIES;
        if (greeting.length < i + 2 || greeting[0] != PROTOCOL_VERSION) {
            throw new StartTlsException("the server's greeting is not one of MySQL's protocol 10");
        }
        return greeting[i] & 0xff | (greeting[i + 1] & 0xff) << 8;
    }
}
