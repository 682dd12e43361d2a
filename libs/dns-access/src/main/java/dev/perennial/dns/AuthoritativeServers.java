package dev.perennial.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The servers that answer for the zone of a name, as a resolver tells them. IPv6 addresses count where a server has no
 * other: this host may have no way there.
 *
 * @param port where they answer
 */
public record AuthoritativeServers(DnsClient resolver, int port) {
    private static final int MOST = 24;
    /** CNAME comes with any of them. */
    private static final List<Integer> COMPARED = List.of(Type.A, Type.AAAA, Type.CAA);

    /**
     * What each of them says of a name, asked side by side.
     *
     * @throws IOException where it cannot be found out who to ask
     */
    public List<ServerAnswer> views(String name) throws IOException {
        String zone = zone(name);
        List<Future<ServerAnswer>> asked;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            asked = ofZone(zone).stream()
                    .map(server -> threads.submit(() -> view(server, zone, name)))
                    .toList();
        }
        return asked.stream().map(Future::resultNow).toList();
    }

    private ServerAnswer view(NameServer server, String zone, String name) {
        var questions = new DnsClient(Optional.of(server.address()), false, resolver.limit());
        try {
            Message soa = questions.ask(zone, Type.SOA);
            Optional<Long> serial = soa.getSection(Section.ANSWER).stream()
                    .filter(SOARecord.class::isInstance)
                    .map(record -> ((SOARecord) record).getSerial())
                    .findFirst();
            if (serial.isEmpty()) {
                return new ServerAnswer.Silence(server, "it has no SOA record of " + zone);
            }
            SortedSet<String> records = new TreeSet<>();
            for (int type : COMPARED) {
                questions
                        .records(name, type, Record.class)
                        .forEach(record -> records.add(Type.string(record.getType()) + " " + record.rdataToString()));
            }
            return new ServerAnswer.Answer(server, soa.getHeader().getFlag(Flags.AA), serial.get(), records);
        } catch (IOException e) {
            return new ServerAnswer.Silence(server, String.valueOf(e.getMessage()));
        }
    }

    /** @throws IOException saying what DNS lacks, or that nobody answers */
    public List<NameServer> of(String name) throws IOException {
        return ofZone(zone(name));
    }

    private String zone(String name) throws IOException {
        return resolver.zoneOf(name)
                .orElseThrow(
                        () -> new IOException("no zone is found for " + name + ": nobody has a SOA record for it"));
    }

    private List<NameServer> ofZone(String zone) throws IOException {
        List<NameServer> servers = new ArrayList<>();
        for (NSRecord ns : resolver.records(zone, Type.NS, NSRecord.class)) {
            String server = DnsClient.text(ns.getTarget());
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
