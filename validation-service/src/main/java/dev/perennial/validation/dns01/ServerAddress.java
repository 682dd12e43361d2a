package dev.perennial.validation.dns01;

import java.net.InetSocketAddress;

/** {@code address:port} as configured. */
final class ServerAddress {
    private ServerAddress() {}

    /** @throws IllegalArgumentException naming the key */
    static InetSocketAddress parse(String key, String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    text.substring(0, colon).replace("[", "").replace("]", ""),
                    Integer.parseInt(text.substring(colon + 1)));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be address:port, not '" + text + "'", e);
        }
    }
}
