package dev.perennial.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Type;

/**
 * The servers that answer for the zone of a name, as a resolver tells them. IPv6 addresses count where a server has no
 * other: this host may have no way there.
 *
 * @param port where they answer
 */
public record AuthoritativeServers(Questions resolver, int port) {
    private static final int MOST = 24;

    /** @throws IOException saying what DNS lacks, or that nobody answers */
    public List<NameServer> of(String name) throws IOException {
        String zone = resolver.zoneOf(name)
                .orElseThrow(
                        () -> new IOException("no zone is found for " + name + ": nobody has a SOA record for it"));
        List<NameServer> servers = new ArrayList<>();
        for (NSRecord ns : resolver.records(zone, Type.NS, NSRecord.class)) {
            String server = Questions.text(ns.getTarget());
            List<InetAddress> addresses = resolver.addresses(server);
            if (addresses.isEmpty()) {
                throw new IOException("the name server " + server + " of " + zone + " has no address");
            }
            addresses.forEach(address -> servers.add(new NameServer(server, new InetSocketAddress(address, port))));
        }
        if (servers.isEmpty()) {
            throw new IOException("the zone " + zone + " has no NS record");
        }
        return servers.stream().limit(MOST).toList();
    }
}
