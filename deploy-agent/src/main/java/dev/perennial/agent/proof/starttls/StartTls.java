package dev.perennial.agent.proof.starttls;

import dev.perennial.agent.targets.Verification.Protocol;
import java.io.IOException;

/** The dialogue of one protocol by which a client and a server agree to start TLS. */
public interface StartTls {
    /**
     * Returns when the next byte that the client sends is the first of the TLS handshake.
     *
     * @throws StartTlsException if the server refuses TLS, or sends what the protocol does not allow
     */
    void agree(PlainConnection connection) throws IOException;

    static StartTls of(Protocol protocol) {
        return switch (protocol) {
            case TLS -> connection -> {};
            case SMTP -> MailProtocols::smtp;
            case IMAP -> MailProtocols::imap;
            case POP3 -> MailProtocols::pop3;
            case LDAP -> Ldap::agree;
            case POSTGRESQL -> Postgresql::agree;
            case MYSQL -> Mysql::agree;
        };
    }
}
