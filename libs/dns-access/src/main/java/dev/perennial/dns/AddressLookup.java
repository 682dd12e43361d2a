package dev.perennial.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/** The addresses of a name, as the world sees them. Blocks. */
@FunctionalInterface
public interface AddressLookup {
    /** @throws UnknownHostException saying what the resolver said where there is no address */
    List<InetAddress> addresses(String name) throws UnknownHostException;

    static AddressLookup of(DnsConfig config) {
        return config.resolver().isPresent()
                ? new Resolver(DnsClient.toResolver(config, Resolver.LIMIT))
                : name -> List.of(InetAddress.getAllByName(name));
    }

    /** One resolver asked directly and nothing remembered: an answer from a minute ago is what we must not trust here. */
    record Resolver(DnsClient questions) implements AddressLookup {
        private static final Duration LIMIT = Duration.ofSeconds(3);

        @Override
        public List<InetAddress> addresses(String name) throws UnknownHostException {
            List<InetAddress> found;
            try {
                found = questions.addresses(name);
            } catch (IOException e) {
                throw new UnknownHostException(name + ": " + e.getMessage());
            }
            if (found.isEmpty()) {
                throw new UnknownHostException(name + " has no address, says " + questions.shown());
            }
            return found;
        }
    }
}
