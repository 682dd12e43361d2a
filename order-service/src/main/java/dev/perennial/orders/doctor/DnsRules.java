package dev.perennial.orders.doctor;

import dev.perennial.dns.ServerView;
import dev.perennial.dns.Signing;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What DNS says of a name, judged as a CA would. Pure. */
final class DnsRules {
    static final String RESOLVES = "name resolves";
    static final String SIGNED = "DNSSEC not broken";
    static final String ALIKE = "name servers alike";

    private DnsRules() {}

    /** @param dns01 whether it is set up for the name, so that no address is needed */
    static Hop resolves(Seen<List<InetAddress>> addresses, boolean dns01) {
        return switch (addresses) {
            case Seen.Found<List<InetAddress>>(List<InetAddress> found)
            when found.isEmpty() && dns01 ->
                Hop.skipped(RESOLVES, "it has no address, and needs none where dns-01 is set up");
            case Seen.NotTried<List<InetAddress>>(String why) -> Hop.skipped(RESOLVES, why);
            case Seen.Missed<List<InetAddress>>(String why) ->
                Hop.failed(RESOLVES, why, "mend the name servers of this name, or perennial.dns.resolver");
            case Seen.Found<List<InetAddress>>(List<InetAddress> found) ->
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

    static Hop signed(Seen<Signing> signing) {
        return switch (signing) {
            case Seen.NotTried<Signing>(String why) -> Hop.skipped(SIGNED, why);
            case Seen.Missed<Signing>(String why) ->
                Hop.failed(SIGNED, why, "see that the zone has a SOA record and that its servers answer");
            case Seen.Found<Signing>(Signing found) ->
                switch (found) {
                    case Signing.Unsigned(String zone) ->
                        Hop.passed(
                                SIGNED, "the zone " + zone + " is not signed: the zone above has no DS record for it");
                    case Signing.Valid(String zone) ->
                        Hop.passed(
                                SIGNED, "the zone " + zone + " is signed as the DS record of the zone above promises");
                    case Signing.Broken(String zone, String why) ->
                        Hop.failed(
                                SIGNED,
                                "zone " + zone + ": " + why,
                                "sign the zone " + zone
                                        + " anew, or give the zone above the DS record of the key that signs it, or"
                                        + " remove the DS record; until then no CA gets an answer");
                };
        };
    }

    static Hop alike(Seen<List<ServerView>> views) {
        return switch (views) {
            case Seen.NotTried<List<ServerView>>(String why) -> Hop.skipped(ALIKE, why);
            case Seen.Missed<List<ServerView>>(String why) ->
                Hop.failed(ALIKE, why, "see that the zone has SOA and NS records, and that its servers have addresses");
            case Seen.Found<List<ServerView>>(List<ServerView> found) -> alike(found);
        };
    }

    private static Hop alike(List<ServerView> views) {
        List<String> complaints = new ArrayList<>();
        TreeMap<Long, List<String>> bySerial = new TreeMap<>();
        TreeMap<String, List<String>> byRecords = new TreeMap<>();
        for (ServerView view : views) {
            switch (view) {
                case ServerView.Silence silence -> complaints.add(silence.server() + ": " + silence.why());
                case ServerView.Answer answer -> {
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
                        "the CA asks any of them: let the secondaries fetch the zone from the primary again, and remove the NS records"
                                + " of servers that do not answer for it");
    }

    private static String shown(Set<String> records) {
        return records.isEmpty() ? "nothing" : String.join(", ", records);
    }
}
