package dev.perennial.agent.proof.starttls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.targets.Verification.Protocol;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Dialogues with scripted servers. The same protocols are tested with real servers elsewhere. */
class StartTlsTest {
    private static final String OID = "1.3.6.1.4.1.1466.20037";
    private static final String LDAP_CONSENT = "0\u000c\u0002\u0001\u0001x\u0007\n\u0001\0\u0004\0\u0004\0";
    private static final String MYSQL_GREETING = mysql("8.0.36", 0xffff);

    @Test
    void sendsNothingIfTlsStartsAtOnce() throws IOException {
        assertThat(requests(Protocol.TLS, List.of())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void agreesWithAServerThatConsents(Protocol protocol, List<String> answers, String requests) throws IOException {
        assertThat(requests(protocol, answers)).isEqualTo(requests);
    }

    static Stream<Arguments> dialogues() {
        return Stream.of(
                Arguments.of(
                        Protocol.SMTP,
                        List.of(
                                "220-mail.example.com\r\n220 ESMTP\r\n",
                                "250-mail.example.com\r\n250-SIZE 1\r\n250 starttls\r\n",
                                "220 2.0.0 Ready\r\n"),
                        "EHLO localhost\r\nSTARTTLS\r\n"),
                Arguments.of(
                        Protocol.IMAP,
                        List.of("* OK ready\r\n", "* CAPABILITY IMAP4rev1\r\na1 ok begin\r\n"),
                        "a1 STARTTLS\r\n"),
                Arguments.of(Protocol.POP3, List.of("+OK ready\r\n", "+OK\r\n"), "STLS\r\n"),
                Arguments.of(
                        Protocol.LDAP, List.of("", LDAP_CONSENT), "0\u001d\u0002\u0001\u0001w\u0018\u0080\u0016" + OID),
                Arguments.of(Protocol.POSTGRESQL, List.of("", "S"), "\0\0\0\b\u0004\u00d2\u0016/"),
                Arguments.of(
                        Protocol.MYSQL,
                        List.of(MYSQL_GREETING, ""),
                        " \0\0\u0001\0\u008a\0\0\0\0\0\u0001-" + "\0".repeat(23)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void reportsARefusal(Protocol protocol, List<String> answers, String message) {
        assertThatThrownBy(() -> requests(protocol, answers))
                .isInstanceOf(StartTlsException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(Protocol.SMTP, List.of("554 no service\r\n"), "'554 no service' to the connection"),
                Arguments.of(Protocol.SMTP, List.of("220 x\r\n", "502 no\r\n"), "'502 no' to EHLO"),
                Arguments.of(Protocol.SMTP, List.of("220 x\r\n", "250-a\r\n220 b\r\n"), "'220 b' to EHLO"),
                Arguments.of(
                        Protocol.SMTP, List.of("220 x\r\n", "250-STARTTLS\r\n250 SIZE\r\n"), "does not offer STARTTLS"),
                Arguments.of(
                        Protocol.SMTP,
                        List.of("220 x\r\n", "250-a\r\n250 STARTTLS\r\n", "454 not now\r\n"),
                        "'454 not now' to STARTTLS"),
                Arguments.of(Protocol.SMTP, List.of("2200 x\r\n"), "'2200 x' to the connection"),
                Arguments.of(Protocol.IMAP, List.of("* PREAUTH x\r\n"), "'* PREAUTH x' to the connection"),
                Arguments.of(Protocol.IMAP, List.of("* OK x\r\n", "a1 BAD no\r\n"), "'a1 BAD no' to STARTTLS"),
                Arguments.of(Protocol.IMAP, List.of("* OK x\r\n", "a1 OKAY\r\n"), "'a1 OKAY' to STARTTLS"),
                Arguments.of(Protocol.POP3, List.of("-ERR x\r\n"), "'-ERR x' to the connection"),
                Arguments.of(Protocol.POP3, List.of("+OK x\r\n", "-ERR no\r\n"), "'-ERR no' to STLS"),
                Arguments.of(
                        Protocol.LDAP,
                        List.of("", LDAP_CONSENT.replace("\n\u0001\0", "\n\u0001\u0002")),
                        "result code 2"),
                Arguments.of(Protocol.LDAP, List.of("", "HTTP/1.1 400\r\n"), "not an LDAP message"),
                Arguments.of(Protocol.LDAP, List.of("", "0\u0002\u0002\u0001"), "not an extended response"),
                Arguments.of(
                        Protocol.LDAP,
                        List.of("", LDAP_CONSENT.replace("\u0002\u0001\u0001x", "\u0002\u0001\u0002x")),
                        "not an extended response"),
                Arguments.of(
                        Protocol.LDAP,
                        List.of("", "0\u000c\u0002\u0084\u00ff\u00ff\u00ff\u00ff1234567"),
                        "not an extended response"),
                Arguments.of(Protocol.LDAP, List.of("", "0\u0080"), "invalid length"),
                Arguments.of(Protocol.LDAP, List.of("", "0\u0084\u00ff\u00ff\u00ff\u00ff"), "at most 2048"),
                Arguments.of(Protocol.POSTGRESQL, List.of("", "N"), "'N' to SSLRequest"),
                Arguments.of(Protocol.POSTGRESQL, List.of("", "E...error"), "'E' to SSLRequest"),
                Arguments.of(Protocol.MYSQL, List.of(mysql("8.0.36", 0xf7ff)), "does not offer TLS"),
                Arguments.of(Protocol.MYSQL, List.of("\u000f\0\0\0\u00ff\u0010\u0004Too many one"), "Too many one"),
                Arguments.of(Protocol.MYSQL, List.of("\u0005\0\0\0\n8.0\0"), "not one of MySQL's protocol 10"),
                Arguments.of(Protocol.MYSQL, List.of("\u00ff\u00ff\u00ff\0\n"), "at most 2048"));
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void refusesWhatFollowsTheConsent(Protocol protocol, List<String> answers, String requests) {
        assertThatThrownBy(() -> requests(protocol, injected(answers, answers.size() - 1)))
                .isInstanceOf(StartTlsException.class)
                .hasMessageContaining("may have been injected");
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void refusesAnAnswerThatPrecedesItsRequest(Protocol protocol, List<String> answers, String requests) {
        assertThatThrownBy(() -> requests(protocol, injected(answers, 0)))
                .isInstanceOf(StartTlsException.class)
                .hasMessageContaining("may have been injected");
    }

    private static List<String> injected(List<String> answers, int index) {
        return Stream.iterate(0, i -> i + 1)
                .limit(answers.size())
                .map(i -> answers.get(i) + (i == index ? "220 more\r\n" : ""))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
    void reportsThatTheServerClosesTheConnection(Protocol protocol) {
        assertThatThrownBy(() -> requests(protocol, List.of())).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"SMTP", "IMAP", "POP3"})
    void limitsALine(Protocol protocol) {
        assertThatThrownBy(() -> requests(protocol, List.of("2".repeat(PlainConnection.LONGEST_LINE + 1))))
                .hasMessageContaining("a line of more than 2048 bytes");
    }

    @Test
    void limitsTheLines() {
        assertThatThrownBy(() -> requests(Protocol.SMTP, List.of("220-x\r\n".repeat(PlainConnection.MOST_LINES + 1))))
                .hasMessageContaining("more than 64 lines");
        assertThatThrownBy(() -> requests(
                        Protocol.IMAP,
                        List.of("* OK x\r\n", "* more\r\n".repeat(PlainConnection.MOST_LINES) + "a1 OK\r\n")))
                .hasMessageContaining("more than 64 lines");
    }

    @Test
    void quotesOnlyPrintableCharactersOfLimitedLength() {
        assertThatThrownBy(() -> requests(Protocol.POP3, List.of("-ERR \u001b[2J\r\u00e9" + "x".repeat(500) + "\r\n")))
                .hasMessageContaining("'-ERR ?[2J??xxx")
                .hasMessageContaining("x...' to the connection")
                .message()
                .hasSizeLessThan(300);
    }

    private static String requests(Protocol protocol, List<String> answers) throws IOException {
        ScriptedServer server = new ScriptedServer(answers);
        StartTls.of(protocol).agree(server.connection());
        return server.requests();
    }

    private static String mysql(String version, int capabilities) {
        String payload = "\n" + version + "\0" + "1234" + "challeng" + "\0" + (char) (capabilities & 0xff)
                + (char) (capabilities >> 8) + "\u00ff\u0002\0\u00ff\u00c7";
        return (char) payload.length() + "\0\0\0" + payload;
    }
}
