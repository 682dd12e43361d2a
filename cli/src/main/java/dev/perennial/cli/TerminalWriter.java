package dev.perennial.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * Writes control characters as a backslash, u and four hexadecimal digits. Names, evidence and command output come from
 * CAs, hosts and requesters; they must not move the cursor, change colours or reorder text on the terminal. In JSON,
 * the same form is a valid escape.
 */
final class TerminalWriter extends FilterWriter {
    private boolean carriageReturn;

    TerminalWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int c) throws IOException {
        char next = (char) c;
        if (carriageReturn) {
            carriageReturn = false;
            if (next == '\n') {
                out.write("\r\n");
                return;
            }
            escape('\r');
        }
        if (next == '\r') {
            // A carriage return without a line feed would overwrite the beginning of the line.
            carriageReturn = true;
        } else if (next == '\n' || next == '\t' || !isControl(next)) {
            out.write(next);
        } else {
            escape(next);
        }
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(text[i]);
        }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(text.charAt(i));
        }
    }

    private void escape(char c) throws IOException {
        out.write(String.format("\\" + "u%04x", (int) c));
    }

    /** C0, DEL and C1, line separators, and the characters that change the direction of text. */
    private static boolean isControl(char c) {
        return Character.isISOControl(c)
                || c == 0x061c
                || c >= 0x200e && c <= 0x200f
                || c >= 0x2028 && c <= 0x202e
                || c >= 0x2066 && c <= 0x2069;
    }
}
