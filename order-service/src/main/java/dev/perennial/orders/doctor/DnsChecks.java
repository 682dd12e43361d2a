package dev.perennial.orders.doctor;

import dev.perennial.dns.DnssecStatus;
import dev.perennial.dns.ServerAnswer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Evaluates the DNS answers for a name as a CA would. Pure. */
final class DnsChecks {
    static final String RESOLVES = "name resolves";
    static final String SIGNED = "DNSSEC valid";
    static final String ALIKE = "name servers agree";

    private DnsChecks() {}

    /** @param dns01 whether dns-01 is set up for the name, so that it needs no address */
    static Hop resolves(Observation<List<InetAddress>> addresses, boolean dns01) {
        return switch (addresses) {
            case Observation.Found<List<InetAddress>>(List<InetAddress> found)
            when found.isEmpty() && dns01 ->
                Hop.skipped(RESOLVES, "the name has no address, and needs none because dns-01 is set up");
            case Observation.NotTried<List<InetAddress>>(String why) -> Hop.skipped(RESOLVES, why);
            case Observation.Missed<List<InetAddress>>(String why) ->
                Hop.failed(RESOLVES, why, "fix the name servers of this name, or correct perennial.dns.resolver");
            case Observation.Found<List<InetAddress>>(List<InetAddress> found) ->
                found.isEmpty()
                        ? Hop.failed(
                                RESOLVES,
                                "the name has no A and no AAAA record",
                                "add an address record that leads to this installation, or set up dns-01 for the name")
                        : Hop.passed(
                                RESOLVES,
                                found.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", ")));
        };
    }

    static Hop signed(Observation<DnssecStatus> signing) {
        return switch (signing) {
            case Observation.NotTried<DnssecStatus>(String why) -> Hop.skipped(SIGNED, why);
            case Observation.Missed<DnssecStatus>(String why) ->
                Hop.failed(SIGNED, why, "check that the zone has a SOA record and that its servers answer");
            case Observation.Found<DnssecStatus>(DnssecStatus found) ->
                switch (found) {
                    case DnssecStatus.Insecure(String zone) ->
                        Hop.passed(
                                SIGNED, "the zone " + zone + " is not signed: the parent zone has no DS record for it");
                    case DnssecStatus.Secure(String zone) ->
                        Hop.passed(
                                SIGNED, "the zone " + zone + " is signed and matches the DS record of the parent zone");
                    case DnssecStatus.Bogus(String zone, String why) ->
                        Hop.failed(
                                SIGNED,
                                "zone " + zone + ": " + why,
                                "sign the zone " + zone
                                        + " again, or publish the DS record of its signing key in the parent zone, or remove the DS record; until then no CA receives a valid answer");
                };
        };
    }

    static Hop alike(Observation<List<ServerAnswer>> views) {
        return switch (views) {
            case Observation.NotTried<List<ServerAnswer>>(String why) -> Hop.skipped(ALIKE, why);
            case Observation.Missed<List<ServerAnswer>>(String why) ->
                Hop.failed(
                        ALIKE, why, "check that the zone has SOA and NS records, and that its servers have addresses");
            case Observation.Found<List<ServerAnswer>>(List<ServerAnswer> found) -> alike(found);
        };
    }

    private static Hop alike(List<ServerAnswer> views) {
        List<String> differences = new ArrayList<>();
        TreeMap<Long, List<String>> bySerial = new TreeMap<>();
        TreeMap<String, List<String>> byRecords = new TreeMap<>();
        for (ServerAnswer view : views) {
            switch (view) {
                case ServerAnswer.NoAnswer failure -> differences.add(failure.server() + ": " + failure.reason());
                case ServerAnswer.Answer answer -> {
                    if (!answer.authoritative()) {
                        differences.add(answer.server() + " is not authoritative for the zone");
                    }
                    String server = answer.server().toString();
                    bySerial.computeIfAbsent(answer.serial(), serial -> new ArrayList<>())
                            .add(server);
                    byRecords
                            .computeIfAbsent(shown(answer.records()), any -> new ArrayList<>())
                            .add(server);
                }
            }
        }
        if (byRecords.size() > 1) {
            byRecords.forEach(
                    (records, servers) -> differences.add(String.join(", ", servers) + " answers " + records));
        } else if (bySerial.size() > 1) {
            bySerial.forEach(
                    (serial, servers) -> differences.add(String.join(", ", servers) + " has serial " + serial));
        }
        return differences.isEmpty()
                ? Hop.passed(
                        ALIKE,
                        views.size()
                                + (views.size() == 1 ? " server, serial " : " servers, serial ")
                                + bySerial.firstKey())
                : Hop.failed(
                        ALIKE,
                        String.join("; ", differences),
                        "the CA may query any of them: transfer the zone to the secondaries again, and remove the NS records of servers that do not answer for it");
    }

    private static String shown(Set<String> records) {
        return records.isEmpty() ? "nothing" : String.join(", ", records);
    }
}
