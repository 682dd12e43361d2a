package dev.perennial.agent.proof;

import dev.perennial.agent.targets.Verification.ProxyProtocol;
import java.nio.charset.StandardCharsets;

/** The header of the PROXY protocol of a sender that relays no connection, for example a health check. */
final class ProxyHeader {
    /** Section 2.1 of HAProxy's proxy-protocol.txt. */
    private static final String V1 = "PROXY UNKNOWN\r\n";

    /** Section 2.2: the signature, version 2 with the command LOCAL, no address family, no addresses. */
    private static final String V2 = "\r\n\r\n\0\r\nQUIT\n" + "\u0020\0\0\0";

    private ProxyHeader() {}

    static byte[] of(ProxyProtocol version) {
        return switch (version) {
            case V1 -> V1.getBytes(StandardCharsets.US_ASCII);
            case V2 -> V2.getBytes(StandardCharsets.ISO_8859_1);
        };
    }
}
