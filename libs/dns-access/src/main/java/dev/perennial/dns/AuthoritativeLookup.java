package dev.perennial.dns;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Looks up a name that may not exist yet. The resolver is queried for the parent domain and for the name servers only:
 * a resolver caches NXDOMAIN for a name, whatever the type of the query, up to the SOA minimum (RFC 2308 section 5), and
 * would hide a record that is added later from its other clients. Blocks.
 */
public record AuthoritativeLookup(AuthoritativeServers servers) {
    private static final int MAX_ZONE_CUTS = 8;
    /** Enough for a redundant answer; a zone may have many servers. */
    private static final int MAX_QUERIED = 4;

    private record Zone(String origin, List<NameServer> servers) {}

    private record Located(Zone zone, Message answer) {}

    /**
     * The authoritative servers of the zone that contains the name; those without an address are the last ones.
     *
     * @throws DnsUnavailableException if none of them answers
     * @throws IOException if the zone or its servers are not found
     */
    public List<NameServer> serversOf(String name) throws IOException {
        return locate(name).zone().servers();
    }

    /**
     * The target of the CNAME at the name; no trailing dot.
     *
     * @throws IOException as {@link #serversOf}
     */
    public Optional<String> cname(String name) throws IOException {
        Name owner = DnsClient.absolute(name);
        return locate(name).answer().getSection(Section.ANSWER).stream()
                .filter(record -> record.getName().equals(owner))
                .filter(CNAMERecord.class::isInstance)
                .map(record -> DnsClient.text(((CNAMERecord) record).getTarget()))
                .findFirst();
    }

    /** Queries for the SOA record: an answer has it, or the CNAME at the name, or is a referral (RFC 1034 4.3.2). */
    private Located locate(String name) throws IOException {
        Zone zone = closest(name);
        for (int i = 0; i < MAX_ZONE_CUTS; i++) {
            Message answer = firstAnswer(zone, name);
            Optional<Zone> below = referral(zone, name, answer);
            if (below.isEmpty()) {
                below = servedZone(zone, name, answer);
            }
            if (below.isEmpty()) {
                return new Located(zone, answer);
            }
            zone = below.get();
        }
        throw new IOException("more than " + MAX_ZONE_CUTS + " zone cuts lead to " + name);
    }

    /** The zone of the parent domain, or of the name if no parent has a zone at the resolver. */
    private Zone closest(String name) throws IOException {
        String parent = name.substring(name.indexOf('.') + 1);
        Optional<String> origin = servers.resolver().zoneOf(parent);
        String zone = origin.isPresent() ? origin.get() : servers.zone(name);
        return new Zone(zone, servers.ofZone(zone));
    }

    private Message firstAnswer(Zone zone, String name) throws IOException {
        List<Callable<Message>> queries = zone.servers().stream()
                .filter(server -> !server.address().isUnresolved())
                .limit(MAX_QUERIED)
                .<Callable<Message>>map(server -> () -> answer(server, zone, name))
                .toList();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            return threads.invokeAny(queries);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case Throwable failure -> throw new IllegalStateException(failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            // Not close(), which waits for the slowest server.
            threads.shutdownNow();
        }
    }

    private Message answer(NameServer server, Zone zone, String name) throws IOException {
        Message answer = new DnsClient(
                        Optional.of(server.address()), false, servers.resolver().timeout())
                .query(name, Type.SOA);
        if (!answer.getHeader().getFlag(Flags.AA) && cut(zone, name, answer).isEmpty()) {
            throw new DnsUnavailableException(server + " is not authoritative for " + zone.origin());
        }
        return answer;
    }

    private Optional<Zone> referral(Zone zone, String name, Message answer) throws IOException {
        Optional<Name> cut = answer.getHeader().getFlag(Flags.AA) ? Optional.empty() : cut(zone, name, answer);
        if (cut.isEmpty()) {
            return Optional.empty();
        }
        String origin = DnsClient.text(cut.get());
        List<String> targets = answer.getSection(Section.AUTHORITY).stream()
                .filter(record -> record.getName().equals(cut.get()))
                .filter(NSRecord.class::isInstance)
                .map(record -> DnsClient.text(((NSRecord) record).getTarget()))
                .toList();
        return Optional.of(new Zone(origin, servers.addressed(origin, targets)));
    }

    /** The owner of a referral's NS records, between the zone and the name. */
    private static Optional<Name> cut(Zone zone, String name, Message answer) throws IOException {
        return owner(zone, name, answer.getSection(Section.AUTHORITY).stream().filter(NSRecord.class::isInstance));
    }

    /** A server may be authoritative for the zone below too, and then gives no referral to it. */
    private Optional<Zone> servedZone(Zone zone, String name, Message answer) throws IOException {
        Optional<Name> apex = owner(
                zone,
                name,
                Stream.concat(answer.getSection(Section.ANSWER).stream(), answer.getSection(Section.AUTHORITY).stream())
                        .filter(SOARecord.class::isInstance));
        if (apex.isEmpty()) {
            return Optional.empty();
        }
        String origin = DnsClient.text(apex.get());
        return Optional.of(new Zone(origin, servers.ofZone(origin)));
    }

    private static Optional<Name> owner(Zone zone, String name, Stream<Record> records) throws IOException {
        Name origin = DnsClient.absolute(zone.origin());
        Name queried = DnsClient.absolute(name);
        return records.map(Record::getName)
                .filter(owner -> queried.subdomain(owner) && owner.subdomain(origin) && !owner.equals(origin))
                .findFirst();
    }
}
