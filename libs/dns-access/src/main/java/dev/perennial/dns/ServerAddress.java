package dev.perennial.dns;

import java.net.InetSocketAddress;

/** Parses {@code host:port} from the configuration. */
public final class ServerAddress {
    private ServerAddress() {}

    /** @throws IllegalArgumentException if the text is malformed; the message names the configuration key */
    public static InetSocketAddress parse(String key, String text) {
        InetSocketAddress parsed = parseUnresolved(key, text);
        return new InetSocketAddress(parsed.getHostString(), parsed.getPort());
    }

    /** Like {@link #parse}, but does not look up the address of the host. */
    public static InetSocketAddress parseUnresolved(String key, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(key + " must be host:port, not '" + text + "'");
        }
        try {
            return InetSocketAddress.createUnresolved(
                    text.substring(0, colon).replace("[", "").replace("]", ""),
                    Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be host:port, not '" + text + "'", e);
        }
    }
}
