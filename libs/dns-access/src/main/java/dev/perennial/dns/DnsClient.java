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
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Queries one DNS server, over UDP first and over TCP if UDP brings no answer. Does not cache.
 *
 * @param server the system's resolver if absent
 * @param recursive whether the query requests recursion (RFC 1035 section 4.1.1, RD)
 * @param checked whether a validating server may refuse data with invalid signatures (RFC 4035 section 3.2.2, CD unset)
 * @param timeout timeout of one query
 * @param key signs every query (RFC 8945); an answer without its signature is not used
 */
public record DnsClient(
        Optional<InetSocketAddress> server, boolean recursive, boolean checked, Duration timeout, Optional<TSIG> key) {
    public DnsClient(Optional<InetSocketAddress> server, boolean recursive, Duration timeout) {
        this(server, recursive, true, timeout, Optional.empty());
    }

    private static final int CRITICAL = 128;

    /** @throws IllegalArgumentException if the configured resolver is not an address with a port */
    public static DnsClient toResolver(DnsConfig config, Duration timeout) {
        return new DnsClient(
                config.resolver().map(text -> ServerAddress.parse("perennial.dns.resolver", text)), true, timeout);
    }

    /** The same client with CD set: it also returns data that does not validate. */
    public DnsClient unchecked() {
        return new DnsClient(server, recursive, false, timeout, key);
    }

    /** The same client with queries signed with this key. */
    public DnsClient signedWith(TSIG key) {
        return new DnsClient(server, recursive, checked, timeout, Optional.of(key));
    }

    /**
     * @throws QueryRefusedException if the server refuses the query or the key; the message names the server
     * @throws DnsUnavailableException if no usable answer arrives; the message names the server
     */
    public Message query(String name, int type) throws IOException {
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
            case Rcode.NOERROR, Rcode.NXDOMAIN -> verified(answer);
            case Rcode.REFUSED, Rcode.NOTAUTH ->
                throw new QueryRefusedException(
                        shown() + " answered " + Rcode.TSIGstring(answer.getRcode()) + " for " + name);
            case Rcode.NOTIMP ->
                throw new UnsupportedQueryException(shown() + " does not implement queries for " + Type.string(type));
            default ->
                throw new DnsUnavailableException(
                        shown() + " answered " + Rcode.string(answer.getRcode()) + " for " + name);
        };
    }

    private Message verified(Message answer) throws QueryRefusedException {
        if (key.isPresent() && !answer.isVerified()) {
            throw new QueryRefusedException(shown() + " did not sign its answer with the key of the query");
        }
        return answer;
    }

    /** The records of this name and type, without following a CNAME. */
    public <R extends Record> List<R> records(String name, int type, Class<R> as) throws IOException {
        return at(name, query(name, type), as);
    }

    private static <R extends Record> List<R> at(String name, Message answer, Class<R> as) throws IOException {
        Name owner = absolute(name);
        return answer.getSection(Section.ANSWER).stream()
                .filter(record -> record.getName().equals(owner))
                .filter(as::isInstance)
                .map(as::cast)
                .toList();
    }

    /** Like {@link #records}, but follows CNAMEs (RFC 1034 section 3.6.2). */
    public <R extends Record> List<R> resolve(String name, int type, Class<R> as) throws IOException {
        Message answer = query(name, type);
        String canonical = canonicalName(name, answer);
        List<R> found = at(canonical, answer, as);
        // The answer of a resolver includes the records of the canonical name; an authoritative server may not have
        // them.
        return found.isEmpty() && !canonical.equals(name) ? records(canonical, type, as) : found;
    }

    /** The target of the CNAMEs that begin at this name, according to a resolver; empty if there is none. */
    public Optional<String> alias(String name) throws IOException {
        String canonical = canonicalName(name, query(name, Type.A));
        return canonical.equals(text(absolute(name))) ? Optional.empty() : Optional.of(canonical);
    }

    /** The CAA records (RFC 8659) of this name; parents are not searched. */
    public List<CaaProperty> caa(String name) throws IOException {
        return resolve(name, Type.CAA, CAARecord.class).stream()
                .map(record -> new CaaProperty(
                        (record.getFlags() & CRITICAL) != 0,
                        record.getTag().toLowerCase(Locale.ROOT),
                        record.getValue()))
                .toList();
    }

    /** The IPv4 and IPv6 addresses; may be empty. */
    public List<InetAddress> allAddresses(String name) throws IOException {
        return Stream.concat(v4(name).stream(), v6(name).stream()).toList();
    }

    /** The IPv4 addresses, or the IPv6 addresses if there are none: this host may have no IPv6 route. May be empty. */
    public List<InetAddress> addresses(String name) throws IOException {
        List<InetAddress> v4 = v4(name);
        return v4.isEmpty() ? v6(name) : v4;
    }

    private List<InetAddress> v4(String name) throws IOException {
        return resolve(name, Type.A, ARecord.class).stream()
                .map(ARecord::getAddress)
                .toList();
    }

    private List<InetAddress> v6(String name) throws IOException {
        return resolve(name, Type.AAAA, AAAARecord.class).stream()
                .map(AAAARecord::getAddress)
                .toList();
    }

    private static String canonicalName(String name, Message answer) throws IOException {
        Map<String, String> aliases = answer.getSection(Section.ANSWER).stream()
                .filter(CNAMERecord.class::isInstance)
                .map(CNAMERecord.class::cast)
                .collect(Collectors.toMap(
                        alias -> text(alias.getName()), alias -> text(alias.getTarget()), (first, duplicate) -> first));
        try {
            return CnameChain.target(text(absolute(name)), owner -> Optional.ofNullable(aliases.get(owner)));
        } catch (BrokenCnameException e) {
            throw new IOException(e.getMessage() + ": " + e.path(), e);
        }
    }

    /**
     * The origin of the zone that contains the name, from the SOA record; no trailing dot. A server may refuse a query
     * for one name only, so the search continues at the parent domain.
     *
     * @throws QueryRefusedException if no zone is found, and the server refused a query
     */
    public Optional<String> zoneOf(String name) throws IOException {
        Optional<QueryRefusedException> refusal = Optional.empty();
        String candidate = name;
        while (candidate.contains(".")) {
            try {
                Optional<Name> apex = apex(candidate);
                if (apex.isPresent()) {
                    return apex.map(DnsClient::text);
                }
            } catch (QueryRefusedException e) {
                refusal = refusal.or(() -> Optional.of(e));
            }
            candidate = candidate.substring(candidate.indexOf('.') + 1);
        }
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        return Optional.empty();
    }

    /** The owner of the SOA record in the answer. */
    private Optional<Name> apex(String candidate) throws IOException {
        Name below = absolute(candidate);
        Message answer = query(candidate, Type.SOA);
        return Stream.concat(answer.getSection(Section.ANSWER).stream(), answer.getSection(Section.AUTHORITY).stream())
                .filter(SOARecord.class::isInstance)
                .map(Record::getName)
                .filter(owner -> below.subdomain(owner) && owner.labels() > 1)
                .findFirst();
    }

    private Message sendOverTcp(Message query) throws IOException {
        try {
            return send(query, true);
        } catch (IOException e) {
            DnsUnavailableException unavailable =
                    new DnsUnavailableException(shown() + " does not answer: " + e.getMessage());
            unavailable.initCause(e);
            throw unavailable;
        }
    }

    private Message send(Message query, boolean tcp) throws IOException {
        if (server.isPresent() && server.get().isUnresolved()) {
            throw new IOException(server.get().getHostString() + " has no A or AAAA record");
        }
        SimpleResolver resolver = server.isPresent() ? new SimpleResolver(server.get()) : new SimpleResolver();
        resolver.setTimeout(timeout);
        resolver.setTCP(tcp);
        key.ifPresent(resolver::setTSIGKey);
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
