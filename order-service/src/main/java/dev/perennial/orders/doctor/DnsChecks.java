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
    static final String SIGNED = "DNSSEC not broken";
    static final String ALIKE = "name servers alike";

    private DnsChecks() {}

    /** @param dns01 whether it is set up for the name, so that no address is needed */
    static Hop resolves(Observation<List<InetAddress>> addresses, boolean dns01) {
        return switch (addresses) {
            case Observation.Found<List<InetAddress>>(List<InetAddress> found)
            when found.isEmpty() && dns01 ->
                Hop.skipped(RESOLVES, "it has no address, and needs none where dns-01 is set up");
            case Observation.NotTried<List<InetAddress>>(String why) -> Hop.skipped(RESOLVES, why);
            case Observation.Missed<List<InetAddress>>(String why) ->
                Hop.failed(RESOLVES, why, "mend the name servers of this name, or perennial.dns.resolver");
            case Observation.Found<List<InetAddress>>(List<InetAddress> found) ->
                found.isEmpty()
                        ? Hop.failed(
                                RESOLVES,
                                "it has no A and no AAAA record",
                                "give it an address record that leads to this installation, or prove it by dns-01 only")
                        : Hop.passed(
                                RESOLVES,
                                found.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", ")));
        };
    }

    static Hop signed(Observation<DnssecStatus> signing) {
        return switch (signing) {
            case Observation.NotTried<DnssecStatus>(String why) -> Hop.skipped(SIGNED, why);
            case Observation.Missed<DnssecStatus>(String why) ->
                Hop.failed(SIGNED, why, "see that the zone has a SOA record and that its servers answer");
            case Observation.Found<DnssecStatus>(DnssecStatus found) ->
                switch (found) {
                    case DnssecStatus.Insecure(String zone) ->
                        Hop.passed(
                                SIGNED, "the zone " + zone + " is not signed: the zone above has no DS record for it");
                    case DnssecStatus.Secure(String zone) ->
                        Hop.passed(
                                SIGNED, "the zone " + zone + " is signed as the DS record of the zone above promises");
                    case DnssecStatus.Bogus(String zone, String why) ->
                        Hop.failed(
                                SIGNED,
                                "zone " + zone + ": " + why,
                                "sign the zone " + zone
                                        + " anew, or give the zone above the DS record of the key that signs it, or"
                                        + " remove the DS record; until then no CA gets an answer");
                };
        };
    }

    static Hop alike(Observation<List<ServerAnswer>> views) {
        return switch (views) {
            case Observation.NotTried<List<ServerAnswer>>(String why) -> Hop.skipped(ALIKE, why);
            case Observation.Missed<List<ServerAnswer>>(String why) ->
                Hop.failed(ALIKE, why, "see that the zone has SOA and NS records, and that its servers have addresses");
            case Observation.Found<List<ServerAnswer>>(List<ServerAnswer> found) -> alike(found);
        };
    }

    private static Hop alike(List<ServerAnswer> views) {
        List<String> complaints = new ArrayList<>();
        TreeMap<Long, List<String>> bySerial = new TreeMap<>();
        TreeMap<String, List<String>> byRecords = new TreeMap<>();
        for (ServerAnswer view : views) {
            switch (view) {
                case ServerAnswer.NoAnswer failure -> complaints.add(failure.server() + ": " + failure.reason());
                case ServerAnswer.Answer answer -> {
                    if (!answer.authoritative()) {
                        complaints.add(answer.server() + " does not speak for the zone");
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
            byRecords.forEach((records, servers) -> complaints.add(String.join(", ", servers) + " says " + records));
        } else if (bySerial.size() > 1) {
            bySerial.forEach((serial, servers) -> complaints.add(String.join(", ", servers) + " has serial " + serial));
        }
        return complaints.isEmpty()
                ? Hop.passed(
                        ALIKE,
                        views.size()
                                + (views.size() == 1 ? " server, serial " : " servers, serial ")
                                + bySerial.firstKey())
                : Hop.failed(
                        ALIKE,
                        String.join("; ", complaints),
                        "the CA asks any of them: let the secondaries fetch the zone from the primary again, and"
                                + " remove the NS records of servers that do not answer for it");
    }

    private static String shown(Set<String> records) {
        return records.isEmpty() ? "nothing" : String.join(", ", records);
    }
}
