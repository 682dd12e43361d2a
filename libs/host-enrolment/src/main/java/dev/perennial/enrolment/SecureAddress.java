package dev.perennial.enrolment;

import java.net.URI;
import java.util.Set;

/** The address of a server that receives secrets: with TLS, or on this machine. */
public final class SecureAddress {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private SecureAddress() {}

    static boolean isTls(URI address) {
        return "https".equals(address.getScheme());
    }

    /** @throws IllegalArgumentException if secrets could be read on the way to the address, or it is none */
    public static void require(String what, URI address) {
        boolean http = "http".equals(address.getScheme()) || isTls(address);
        if (!http || address.getHost() == null || address.getUserInfo() != null) {
            throw new IllegalArgumentException(what + " is not valid; it must be like https://name.example.com");
        }
        if (!isTls(address) && !LOOPBACK.contains(address.getHost())) {
            throw new IllegalArgumentException(what + " has no TLS; use https");
        }
    }
}
