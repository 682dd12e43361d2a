package dev.perennial.agent.proof.starttls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** SMTP (RFC 3207), IMAP (RFC 9051 section 6.2.1) and POP3 (RFC 2595 section 4). */
final class MailProtocols {
    private static final String INJECTED = "after its consent to TLS";

    private MailProtocols() {}

    static void smtp(PlainConnection connection) throws IOException {
        smtpReply(connection, "the connection", "220");
        connection.send("EHLO localhost");
        List<String> reply = smtpReply(connection, "EHLO", "250");
        boolean offered = reply.stream()
                .skip(1)
                .anyMatch(line ->
                        line.substring(4).strip().toUpperCase(Locale.ROOT).equals("STARTTLS"));
        if (!offered) {
            throw new StartTlsException("the server does not offer STARTTLS in its reply to EHLO");
        }
        connection.send("STARTTLS");
        smtpReply(connection, "STARTTLS", "220");
        connection.requireNothing(INJECTED);
    }

    /** RFC 5321 section 4.2.1: all lines of a reply have its code; a hyphen follows it in all but the last. */
    private static List<String> smtpReply(PlainConnection connection, String request, String code) throws IOException {
        List<String> reply = new ArrayList<>();
        while (true) {
            String line = connection.line();
            boolean more = line.startsWith(code + "-");
            if (!more && !line.equals(code) && !line.startsWith(code + " ")) {
                throw PlainConnection.refused(request, line);
            }
            reply.add(line.length() < 4 ? line + " " : line);
            if (!more) {
                return reply;
            }
        }
    }

    static void imap(PlainConnection connection) throws IOException {
        String greeting = connection.line();
        // RFC 9051 section 6.2.1: STARTTLS is not valid after PREAUTH.
        if (!startsWith(greeting, "* OK")) {
            throw PlainConnection.refused("the connection", greeting);
        }
        connection.send("a1 STARTTLS");
        String line = connection.line();
        while (line.startsWith("* ")) {
            line = connection.line();
        }
        if (!startsWith(line, "a1 OK")) {
            throw PlainConnection.refused("STARTTLS", line);
        }
        connection.requireNothing(INJECTED);
    }

    static void pop3(PlainConnection connection) throws IOException {
        String greeting = connection.line();
        if (!startsWith(greeting, "+OK")) {
            throw PlainConnection.refused("the connection", greeting);
        }
        connection.send("STLS");
        String answer = connection.line();
        if (!startsWith(answer, "+OK")) {
            throw PlainConnection.refused("STLS", answer);
        }
        connection.requireNothing(INJECTED);
    }

    /** The status is a word of its own, in any case. */
    private static boolean startsWith(String line, String status) {
        return (line + " ").toUpperCase(Locale.ROOT).startsWith(status.toUpperCase(Locale.ROOT) + " ");
    }
}
