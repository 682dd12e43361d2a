package dev.perennial.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Whether those who validate can look a name up. Two looks, because the configured resolver may not validate: what it says with and
 * without checking, and our own validation of the zone's answer with the DS record of the zone above as the trust anchor.
 *
 * @param servers of the name's zone: a resolver in between may drop signatures
 */
public record DnssecCheck(DnsClient resolver, AuthoritativeServers servers, Duration limit) {
    /** @throws IOException where it cannot be found out */
    public DnssecStatus of(String name) throws IOException {
        String zone =
                resolver.unchecked().zoneOf(name).orElseThrow(() -> new IOException("no zone is found for " + name));
        Optional<String> refusal = refusal(name);
        if (refusal.isPresent()) {
            return new DnssecStatus.Broken(zone, refusal.get());
        }
        List<DSRecord> promised = resolver.unchecked().records(zone, Type.DS, DSRecord.class);
        return promised.isEmpty() ? new DnssecStatus.Unsigned(zone) : validated(name, zone, promised);
    }

    /** Why the resolver gives no answer although there is one (RFC 4035 section 3.2.2). */
    private Optional<String> refusal(String name) {
        try {
            resolver.ask(name, Type.A);
            return Optional.empty();
        } catch (IOException checked) {
            try {
                resolver.unchecked().ask(name, Type.A);
                return Optional.of(checked.getMessage() + ", but has an answer when it is told not to validate");
            } catch (IOException unchecked) {
                return Optional.empty();
            }
        }
    }

    private DnssecStatus validated(String name, String zone, List<DSRecord> promised) throws IOException {
        Message answer = validating(servers.of(name).getFirst(), promised)
                .send(Message.newQuery(Record.newRecord(DnsClient.absolute(name), Type.A, DClass.IN)));
        return answer.getRcode() == Rcode.SERVFAIL
                ? new DnssecStatus.Broken(zone, reason(answer))
                : new DnssecStatus.Valid(zone);
    }

    private ValidatingResolver validating(NameServer server, List<DSRecord> promised) throws IOException {
        SimpleResolver head = new SimpleResolver(server.address());
        head.setTimeout(limit);
        var validating = new ValidatingResolver(head);
        String anchors = promised.stream().map(Record::toString).collect(Collectors.joining("\n", "", "\n"));
        validating.loadTrustAnchors(new ByteArrayInputStream(anchors.getBytes(StandardCharsets.US_ASCII)));
        return validating;
    }

    private static String reason(Message answer) {
        return answer.getSection(Section.ADDITIONAL).stream()
                .filter(record -> record.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS)
                .filter(TXTRecord.class::isInstance)
                .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                .findFirst()
                .orElse("its answers do not validate");
    }
}
