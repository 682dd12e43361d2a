package dev.perennial.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Questions to one DNS server, over UDP first and over TCP where that brings no answer. Nothing is remembered.
 *
 * @param server the system's resolver where absent
 * @param recursive whether the server is asked to ask others
 * @param checked whether a validating server may refuse what is not signed as it should be (RFC 4035 section 3.2.2, CD)
 */
public record DnsClient(Optional<InetSocketAddress> server, boolean recursive, boolean checked, Duration limit) {
    public DnsClient(Optional<InetSocketAddress> server, boolean recursive, Duration limit) {
        this(server, recursive, true, limit);
    }

    private static final int CRITICAL = 128;

    /** @throws IllegalArgumentException where the configured address is none */
    public static DnsClient toResolver(DnsConfig config, Duration limit) {
        return new DnsClient(
                config.resolver().map(text -> ServerAddress.parse("perennial.dns.resolver", text)), true, limit);
    }

    /** The same, with answers that do not validate too. */
    public DnsClient unchecked() {
        return new DnsClient(server, recursive, false, limit);
    }

    /** @throws IOException where no usable answer comes; its message names the server */
    public Message ask(String name, int type) throws IOException {
        Message query = Message.newQuery(Record.newRecord(absolute(name), type, DClass.IN));
        if (!recursive) {
            query.getHeader().unsetFlag(Flags.RD);
        }
        if (!checked) {
            query.getHeader().setFlag(Flags.CD);
        }
        Message answer;
        try {
            answer = send(query, false);
        } catch (IOException e) {
            answer = sendOverTcp(query);
        }
        return switch (answer.getRcode()) {
            case Rcode.NOERROR, Rcode.NXDOMAIN -> answer;
            case Rcode.NOTIMP ->
                throw new UnsupportedQueryException(shown() + " knows no question for " + Type.string(type));
            default -> throw new IOException(shown() + " says " + Rcode.string(answer.getRcode()) + " to " + name);
        };
    }

    /** The records of that name and type only: not what an alias leads to. */
    public <R extends Record> List<R> records(String name, int type, Class<R> as) throws IOException {
        return at(name, ask(name, type), as);
    }

    private static <R extends Record> List<R> at(String name, Message answer, Class<R> as) throws IOException {
        Name owner = absolute(name);
        return answer.getSection(Section.ANSWER).stream()
                .filter(record -> record.getName().equals(owner))
                .filter(as::isInstance)
                .map(as::cast)
                .toList();
    }

    /** The same, or where there are none those that the name's CNAMEs lead to (RFC 1034 section 3.6.2). */
    public <R extends Record> List<R> resolved(String name, int type, Class<R> as) throws IOException {
        Message answer = ask(name, type);
        String end = end(name, answer);
        List<R> found = at(end, answer, as);
        // A resolver brings what is at the end of the aliases along; an authoritative server may not know it.
        return found.isEmpty() && !end.equals(name) ? records(end, type, as) : found;
    }

    /** Who may certify it (RFC 8659), at this name and not above it. */
    public List<CaaProperty> caa(String name) throws IOException {
        return resolved(name, Type.CAA, CAARecord.class).stream()
                .map(record -> new CaaProperty(
                        (record.getFlags() & CRITICAL) != 0,
                        record.getTag().toLowerCase(Locale.ROOT),
                        record.getValue()))
                .toList();
    }

    /** Of both families. */
    public List<InetAddress> allAddresses(String name) throws IOException {
        return Stream.concat(v4(name).stream(), v6(name).stream()).toList();
    }

    /** Those of IPv6 count where there is none of IPv4: this host may have no way there. May be empty. */
    public List<InetAddress> addresses(String name) throws IOException {
        List<InetAddress> v4 = v4(name);
        return v4.isEmpty() ? v6(name) : v4;
    }

    private List<InetAddress> v4(String name) throws IOException {
        return resolved(name, Type.A, ARecord.class).stream()
                .map(ARecord::getAddress)
                .toList();
    }

    private List<InetAddress> v6(String name) throws IOException {
        return resolved(name, Type.AAAA, AAAARecord.class).stream()
                .map(AAAARecord::getAddress)
                .toList();
    }

    private static String end(String name, Message answer) throws IOException {
        Map<String, String> aliases = answer.getSection(Section.ANSWER).stream()
                .filter(CNAMERecord.class::isInstance)
                .map(CNAMERecord.class::cast)
                .collect(Collectors.toMap(
                        alias -> text(alias.getName()), alias -> text(alias.getTarget()), (one, other) -> one));
        try {
            return CnameChain.target(text(absolute(name)), here -> Optional.ofNullable(aliases.get(here)));
        } catch (BrokenCnameException e) {
            throw new IOException(e.getMessage() + ": " + e.way(), e);
        }
    }

    /** The zone that a name is in, by its SOA; no trailing dot. */
    public Optional<String> zoneOf(String name) throws IOException {
        String candidate = name;
        while (candidate.contains(".")) {
            Name below = absolute(candidate);
            Message answer = ask(candidate, Type.SOA);
            Optional<Name> apex = Stream.concat(
                            answer.getSection(Section.ANSWER).stream(), answer.getSection(Section.AUTHORITY).stream())
                    .filter(SOARecord.class::isInstance)
                    .map(Record::getName)
                    .filter(owner -> below.subdomain(owner) && owner.labels() > 1)
                    .findFirst();
            if (apex.isPresent()) {
                return apex.map(DnsClient::text);
            }
            candidate = candidate.substring(candidate.indexOf('.') + 1);
        }
        return Optional.empty();
    }

    private Message sendOverTcp(Message query) throws IOException {
        try {
            return send(query, true);
        } catch (IOException e) {
            throw new IOException(shown() + " does not answer: " + e.getMessage(), e);
        }
    }

    private Message send(Message query, boolean tcp) throws IOException {
        SimpleResolver resolver = server.isPresent() ? new SimpleResolver(server.get()) : new SimpleResolver();
        resolver.setTimeout(limit);
        resolver.setTCP(tcp);
        return resolver.send(query);
    }

    String shown() {
        return server.map(DnsClient::shown).orElse("the system's resolver");
    }

    private static String shown(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return host + ":" + address.getPort();
    }

    public static Name absolute(String name) throws TextParseException {
        return Name.fromString(name + ".");
    }

    public static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }
}
