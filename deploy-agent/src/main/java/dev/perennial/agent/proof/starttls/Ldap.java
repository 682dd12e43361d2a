package dev.perennial.agent.proof.starttls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** LDAP's StartTLS operation (RFC 4511 section 4.14), in BER (section 5.1). */
final class Ldap {
    private static final String OID = "1.3.6.1.4.1.1466.20037";
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int ENUMERATED = 0x0a;
    private static final int EXTENDED_REQUEST = 0x77;
    private static final int EXTENDED_RESPONSE = 0x78;
    private static final int REQUEST_NAME = 0x80;
    private static final byte MESSAGE_ID = 1;

    private Ldap() {}

    static void agree(PlainConnection connection) throws IOException {
        connection.send(request());
        if (connection.read() != SEQUENCE) {
            throw new StartTlsException("the server's answer to StartTLS is not an LDAP message");
        }
        byte[] message = connection.bytes(length(connection));
        int resultCode = resultCode(ByteBuffer.wrap(message));
        if (resultCode != 0) {
            throw PlainConnection.refused(
                    "StartTLS", "result code " + resultCode + " " + PlainConnection.printable(message));
        }
        connection.requireNothing("after its consent to TLS");
    }

    private static byte[] request() {
        byte[] oid = OID.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(9 + oid.length)
                .put((byte) SEQUENCE)
                .put((byte) (7 + oid.length))
                .put((byte) INTEGER)
                .put((byte) 1)
                .put(MESSAGE_ID)
                .put((byte) EXTENDED_REQUEST)
                .put((byte) (2 + oid.length))
                .put((byte) REQUEST_NAME)
                .put((byte) oid.length)
                .put(oid)
                .array();
    }

    /** Short form, or long form of at most four octets; LDAP has no indefinite form. */
    private static int length(PlainConnection connection) throws IOException {
        int first = connection.read();
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets < 1 || octets > 4) {
            throw new StartTlsException("the server's answer to StartTLS has an invalid length");
        }
        long length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | connection.read();
        }
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    /** The message: message id, then the extended response, which begins with the result code. */
    private static int resultCode(ByteBuffer message) throws StartTlsException {
        try {
            ByteBuffer id = element(message, INTEGER);
            ByteBuffer response = element(message, EXTENDED_RESPONSE);
            ByteBuffer code = element(response, ENUMERATED);
            if (id.remaining() == 1 && id.get() == MESSAGE_ID && code.remaining() == 1) {
                return code.get() & 0xff;
            }
        } catch (RuntimeException e) {
            // Shorter than its lengths say.
            throw new StartTlsException("the server's answer to StartTLS is not an extended response");
        }
        throw new StartTlsException("the server's answer to StartTLS is not an extended response");
    }

    private static ByteBuffer element(ByteBuffer from, int tag) {
        if ((from.get() & 0xff) != tag) {
            throw new IllegalArgumentException("another element");
        }
        int length = from.get() & 0xff;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | from.get() & 0xff;
            }
        }
        ByteBuffer element = from.slice(from.position(), length);
        from.position(from.position() + length);
        return element;
    }
}
