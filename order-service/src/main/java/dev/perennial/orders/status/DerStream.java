package dev.perennial.orders.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Reads DER elements (X.690) one after the other, without the whole in memory, and copies what it reads to an output.
 */
final class DerStream {
    /** The largest element that is read as a whole: a name, an entry or an extension. */
    private static final int MAX_ELEMENT = 64 * 1024;

    static final int INTEGER = 0x02;
    static final int SEQUENCE = 0x30;
    static final int EXPLICIT_0 = 0xa0;

    private final InputStream in;
    private OutputStream copy = OutputStream.nullOutputStream();
    private long position;

    DerStream(InputStream in) {
        this.in = in;
    }

    /** The start of an element. */
    @SuppressWarnings("ArrayRecordComponent")
    record Header(int tag, long length, byte[] encoded) {}

    /** From now on, the bytes that are read are written to {@code output}. */
    void copyTo(OutputStream output) {
        copy = output;
    }

    /** The number of bytes that were read. */
    long position() {
        return position;
    }

    /** @throws UntrustedStatusException if the length is not definite */
    Header header() throws IOException, UntrustedStatusException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        int tag = next(encoded);
        int first = next(encoded);
        long length = first;
        if (first >= 0x80) {
            int octets = first & 0x7f;
            if (octets == 0 || octets > 4) {
                throw malformed();
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = (length << 8) | next(encoded);
            }
        }
        return new Header(tag, length, encoded.toByteArray());
    }

    /** @return the position after the content of the sequence that starts here */
    long enterSequence() throws IOException, UntrustedStatusException {
        Header header = header();
        if (header.tag() != SEQUENCE) {
            throw malformed();
        }
        return position + header.length();
    }

    byte[] element() throws IOException, UntrustedStatusException {
        return rest(header());
    }

    /** The whole element whose header was read. */
    byte[] rest(Header header) throws IOException, UntrustedStatusException {
        if (header.length() > MAX_ELEMENT) {
            throw malformed();
        }
        byte[] content = in.readNBytes((int) header.length());
        if (content.length < header.length()) {
            throw malformed();
        }
        position += content.length;
        copy.write(content);
        byte[] whole = new byte[header.encoded().length + content.length];
        System.arraycopy(header.encoded(), 0, whole, 0, header.encoded().length);
        System.arraycopy(content, 0, whole, header.encoded().length, content.length);
        return whole;
    }

    private int next(OutputStream encoded) throws IOException, UntrustedStatusException {
        int octet = in.read();
        if (octet < 0) {
            throw malformed();
        }
        position++;
        copy.write(octet);
        encoded.write(octet);
        return octet;
    }

    static UntrustedStatusException malformed() {
        return new UntrustedStatusException("the response is not a CRL");
    }
}
