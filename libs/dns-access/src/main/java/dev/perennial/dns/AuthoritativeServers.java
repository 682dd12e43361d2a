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
import java.util.stream.Stream;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The authoritative servers of a name's zone, according to the resolver's NS records. IPv6 addresses of a server are
 * used only if it has no IPv4 address, because this host may have no IPv6 route.
 *
 * @param port the port that the servers listen on
 */
public record AuthoritativeServers(DnsClient resolver, int port) {
    private static final int MAX_SERVERS = 24;
    /** A CNAME is part of the answer to each of them. */
    private static final List<Integer> COMPARED = List.of(Type.A, Type.AAAA, Type.CAA);

    /**
     * Queries each server for the records of a name, concurrently.
     *
     * @throws IOException if the servers of the zone cannot be determined
     */
    public List<ServerAnswer> answers(String name) throws IOException {
        String zone = zone(name);
        List<Future<ServerAnswer>> pending;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            pending = ofZone(zone).stream()
                    .map(server -> threads.submit(() -> answer(server, zone, name)))
                    .toList();
        }
        return pending.stream().map(Future::resultNow).toList();
    }

    private ServerAnswer answer(NameServer server, String zone, String name) {
        var client = new DnsClient(Optional.of(server.address()), false, resolver.timeout());
        try {
            Message soa = client.query(zone, Type.SOA);
            Optional<Long> serial = soa.getSection(Section.ANSWER).stream()
                    .filter(SOARecord.class::isInstance)
                    .map(record -> ((SOARecord) record).getSerial())
                    .findFirst();
            if (serial.isEmpty()) {
                return new ServerAnswer.NoAnswer(server, "no SOA record for " + zone);
            }
            SortedSet<String> records = new TreeSet<>();
            for (int type : COMPARED) {
                client.records(name, type, Record.class)
                        .forEach(record -> records.add(Type.string(record.getType()) + " " + record.rdataToString()));
            }
            return new ServerAnswer.Answer(server, soa.getHeader().getFlag(Flags.AA), serial.get(), records);
        } catch (IOException e) {
            return new ServerAnswer.NoAnswer(server, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The servers without an address are the last ones.
     *
     * @throws IOException if the zone or its NS records are not found, or no server has an address; the message names
     *     the record or the server
     */
    public List<NameServer> of(String name) throws IOException {
        return ofZone(zone(name));
    }

    String zone(String name) throws IOException {
        return resolver.zoneOf(name)
                .orElseThrow(() -> new IOException(
                        "no SOA record was found for " + name + " or a parent of it, so its zone is unknown"));
    }

    List<NameServer> ofZone(String zone) throws IOException {
        List<String> names = resolver.records(zone, Type.NS, NSRecord.class).stream()
                .map(ns -> DnsClient.text(ns.getTarget()))
                .toList();
        if (names.isEmpty()) {
            throw new IOException("the zone " + zone + " has no NS record");
        }
        return addressed(zone, names);
    }

    /** The servers of these names, the ones without an address at the end. */
    List<NameServer> addressed(String zone, List<String> targets) throws IOException {
        List<String> names = targets.stream().limit(MAX_SERVERS).toList();
        List<Future<List<InetAddress>>> pending;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            pending = names.stream()
                    .map(name -> threads.submit(() -> resolver.addresses(name)))
                    .toList();
        }
        List<NameServer> servers = new ArrayList<>();
        List<NameServer> withoutAddress = new ArrayList<>();
        Optional<IOException> failure = Optional.empty();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            List<InetAddress> addresses = List.of();
            try {
                addresses = result(pending.get(i));
            } catch (IOException e) {
                failure = failure.or(() -> Optional.of(e));
            }
            addresses.forEach(address -> servers.add(new NameServer(name, new InetSocketAddress(address, port))));
            if (addresses.isEmpty()) {
                withoutAddress.add(new NameServer(name, InetSocketAddress.createUnresolved(name, port)));
            }
        }
        if (servers.isEmpty() && failure.isPresent()) {
            throw failure.get();
        }
        if (servers.isEmpty()) {
            throw new IOException(
                    "no name server of the zone " + zone + " has an A or AAAA record: " + String.join(", ", names));
        }
        return Stream.concat(servers.stream(), withoutAddress.stream())
                .limit(MAX_SERVERS)
                .toList();
    }

    /** Of a task that has ended. */
    private static List<InetAddress> result(Future<List<InetAddress>> task) throws IOException {
        if (task.state() == Future.State.SUCCESS) {
            return task.resultNow();
        }
        switch (task.exceptionNow()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }
}
