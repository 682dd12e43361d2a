package dev.perennial.validation.selfcheck;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** The addresses of a name, as the world sees them. Blocks. */
@FunctionalInterface
public interface AddressLookup {
    /** @throws UnknownHostException saying what the resolver said where there is no address */
    List<InetAddress> addresses(String name) throws UnknownHostException;

    static AddressLookup of(Optional<String> resolver) {
        return resolver.<AddressLookup>map(text -> new Resolver(ServerAddress.parse("perennial.dns.resolver", text)))
                .orElse(name -> List.of(InetAddress.getAllByName(name)));
    }

    /** One resolver asked directly and nothing remembered: an answer from a minute ago is what we must not trust here. */
    record Resolver(InetSocketAddress address) implements AddressLookup {
        private static final Duration LIMIT = Duration.ofSeconds(3);

        @Override
        public List<InetAddress> addresses(String name) throws UnknownHostException {
            List<InetAddress> v4 = ask(name, Type.A);
            List<InetAddress> found = v4.isEmpty() ? ask(name, Type.AAAA) : v4;
            if (found.isEmpty()) {
                throw new UnknownHostException(name + " has no address, says the resolver " + address);
            }
            return found;
        }

        private List<InetAddress> ask(String name, int type) throws UnknownHostException {
            Lookup lookup = lookup(name, type);
            Record[] records = lookup.run();
            return switch (lookup.getResult()) {
                case Lookup.SUCCESSFUL ->
                    Arrays.stream(records).map(Resolver::address).toList();
                case Lookup.TYPE_NOT_FOUND -> List.of();
                default ->
                    throw new UnknownHostException(
                            name + ": " + lookup.getErrorString() + ", says the resolver " + address);
            };
        }

        private Lookup lookup(String name, int type) throws UnknownHostException {
            try {
                SimpleResolver resolver = new SimpleResolver(address);
                resolver.setTimeout(LIMIT);
                Lookup lookup = new Lookup(name + ".", type);
                lookup.setResolver(resolver);
                lookup.setCache(null);
                lookup.setHostsFileParser(null);
                return lookup;
            } catch (TextParseException e) {
                throw new UnknownHostException(name + " cannot be looked up: " + e.getMessage());
            }
        }

        private static InetAddress address(Record record) {
            return switch (record) {
                case ARecord a -> a.getAddress();
                case AAAARecord aaaa -> aaaa.getAddress();
                default ->
                    throw new IllegalStateException("asked for an address, got " + Type.string(record.getType()));
            };
        }
    }
}
