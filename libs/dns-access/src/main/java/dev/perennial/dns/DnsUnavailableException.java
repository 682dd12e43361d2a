package dev.perennial.dns;

import java.net.UnknownHostException;

/** No server gave a usable answer, which says nothing about the queried name: this host or its resolver may be at fault. */
public sealed class DnsUnavailableException extends UnknownHostException permits QueryRefusedException {
    private static final long serialVersionUID = 1L;

    public DnsUnavailableException(String message) {
        super(message);
    }
}
