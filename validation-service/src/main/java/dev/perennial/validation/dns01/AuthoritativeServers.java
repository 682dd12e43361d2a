package dev.perennial.validation.dns01;

import dev.perennial.validation.dns01.Showing.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Type;

/**
 * The servers that answer for the zone of a name, as a resolver tells them. IPv6 addresses count where a server has no
 * other: this host may have no way there.
 *
 * @param port where they answer
 */
record AuthoritativeServers(Questions resolver, int port) {
    private static final int MOST = 24;

    /** @throws IOException saying what DNS lacks, or that nobody answers */
    List<Server> of(String name) throws IOException {
        String zone = resolver.zoneOf(name)
                .orElseThrow(
                        () -> new IOException("no zone is found for " + name + ": nobody has a SOA record for it"));
        List<Server> servers = new ArrayList<>();
        for (NSRecord ns : resolver.records(zone, Type.NS, NSRecord.class)) {
            String server = Questions.text(ns.getTarget());
            List<InetAddress> addresses = addresses(server);
            if (addresses.isEmpty()) {
                throw new IOException("the name server " + server + " of " + zone + " has no address");
            }
            addresses.forEach(address -> servers.add(new Server(server, new InetSocketAddress(address, port))));
        }
        if (servers.isEmpty()) {
            throw new IOException("the zone " + zone + " has no NS record");
        }
        return servers.stream().limit(MOST).toList();
    }

    private List<InetAddress> addresses(String server) throws IOException {
        List<InetAddress> v4 = resolver.records(server, Type.A, ARecord.class).stream()
                .map(ARecord::getAddress)
                .toList();
        return v4.isEmpty()
                ? resolver.records(server, Type.AAAA, AAAARecord.class).stream()
                        .map(AAAARecord::getAddress)
                        .toList()
                : v4;
    }
}
