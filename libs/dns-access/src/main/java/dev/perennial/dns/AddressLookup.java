package dev.perennial.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/** Resolves a name to its addresses in public DNS. Blocks. */
@FunctionalInterface
public interface AddressLookup {
    /**
     * @throws UnknownHostException if there is no address; the message contains the resolver's answer
     * @throws DnsUnavailableException if there is no answer
     */
    List<InetAddress> addresses(String name) throws UnknownHostException;

    static AddressLookup of(DnsConfig config) {
        return config.resolver().isPresent()
                ? new Resolver(DnsClient.toResolver(config, Resolver.TIMEOUT))
                : AddressLookup::ofSystem;
    }

    private static List<InetAddress> ofSystem(String name) throws UnknownHostException {
        try {
            return List.of(InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            // EAI_AGAIN of getaddrinfo; the JDK has no exception of its own for it.
            if (String.valueOf(e.getMessage()).contains("Temporary failure")) {
                throw new DnsUnavailableException(e.getMessage());
            }
            throw e;
        }
    }

    /** Queries one resolver without a cache: a cached answer may hide the change that a validation depends on. */
    record Resolver(DnsClient client) implements AddressLookup {
        private static final Duration TIMEOUT = Duration.ofSeconds(3);

        @Override
        public List<InetAddress> addresses(String name) throws UnknownHostException {
            List<InetAddress> found;
            try {
                found = client.addresses(name);
            } catch (DnsUnavailableException e) {
                throw e;
            } catch (IOException e) {
                throw new UnknownHostException(name + ": " + e.getMessage());
            }
            if (found.isEmpty()) {
                throw new UnknownHostException(name + " has no A or AAAA record, according to " + client.shown());
            }
            return found;
        }
    }
}
