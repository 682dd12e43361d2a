package dev.perennial.validation.dns01;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
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

/**
 * Questions to one DNS server, over UDP first and over TCP where that brings no answer. Nothing is remembered.
 *
 * @param server the system's resolver where absent
 * @param recursive whether the server is asked to ask others
 */
record Questions(Optional<InetSocketAddress> server, boolean recursive, Duration limit) {
    /** @throws IOException where no usable answer comes; its message names the server */
    Message ask(String name, int type) throws IOException {
        Message query = Message.newQuery(Record.newRecord(absolute(name), type, DClass.IN));
        if (!recursive) {
            query.getHeader().unsetFlag(Flags.RD);
        }
        Message answer;
        try {
            answer = send(query, false);
        } catch (IOException e) {
            answer = sendOverTcp(query);
        }
        return switch (answer.getRcode()) {
            case Rcode.NOERROR, Rcode.NXDOMAIN -> answer;
            default -> throw new IOException(shown() + " says " + Rcode.string(answer.getRcode()) + " to " + name);
        };
    }

    /** The records of that name and type only: not what an alias leads to. */
    <R extends Record> List<R> records(String name, int type, Class<R> as) throws IOException {
        Name owner = absolute(name);
        return ask(name, type).getSection(Section.ANSWER).stream()
                .filter(record -> record.getName().equals(owner))
                .filter(as::isInstance)
                .map(as::cast)
                .toList();
    }

    /** The zone that a name is in, by its SOA; no trailing dot. */
    Optional<String> zoneOf(String name) throws IOException {
        String candidate = name;
        while (candidate.contains(".")) {
            Name below = absolute(candidate);
            Message answer = ask(candidate, org.xbill.DNS.Type.SOA);
            Optional<Name> apex = Stream.concat(
                            answer.getSection(Section.ANSWER).stream(), answer.getSection(Section.AUTHORITY).stream())
                    .filter(SOARecord.class::isInstance)
                    .map(Record::getName)
                    .filter(owner -> below.subdomain(owner) && owner.labels() > 1)
                    .findFirst();
            if (apex.isPresent()) {
                return apex.map(Questions::text);
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

    private String shown() {
        return server.map(Object::toString).orElse("the system's resolver");
    }

    static Name absolute(String name) throws TextParseException {
        return Name.fromString(name + ".");
    }

    static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }
}
