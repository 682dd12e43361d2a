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
 * Checks whether a validating resolver can resolve a name. Two checks, because the configured resolver may not
 * validate: its answers with and without CD, and a separate validation of the zone's answer with the parent's DS
 * records as trust anchors.
 *
 * @param servers the authoritative servers of the zone, because a resolver in between may drop signatures
 * @param timeout timeout of the query to the authoritative server
 */
public record DnssecCheck(DnsClient resolver, AuthoritativeServers servers, Duration timeout) {
    /** @throws IOException if the status cannot be determined */
    public DnssecStatus of(String name) throws IOException {
        String zone = resolver.unchecked()
                .zoneOf(name)
                .orElseThrow(() -> new IOException("no SOA record was found for " + name + " or a parent of it"));
        Optional<String> refusal = refusal(name);
        if (refusal.isPresent()) {
            return new DnssecStatus.Bogus(zone, refusal.get());
        }
        List<DSRecord> dsRecords = resolver.unchecked().records(zone, Type.DS, DSRecord.class);
        return dsRecords.isEmpty() ? new DnssecStatus.Insecure(zone) : validated(name, zone, dsRecords);
    }

    /** The resolver's error if only validation fails, that is if it answers with CD set (RFC 4035 section 3.2.2). */
    private Optional<String> refusal(String name) {
        try {
            resolver.query(name, Type.A);
            return Optional.empty();
        } catch (IOException checked) {
            try {
                resolver.unchecked().query(name, Type.A);
                return Optional.of(checked.getMessage() + ", but answers if validation is disabled (CD)");
            } catch (IOException unchecked) {
                return Optional.empty();
            }
        }
    }

    private DnssecStatus validated(String name, String zone, List<DSRecord> dsRecords) throws IOException {
        Message answer = validating(servers.of(name).getFirst(), dsRecords)
                .send(Message.newQuery(Record.newRecord(DnsClient.absolute(name), Type.A, DClass.IN)));
        return answer.getRcode() == Rcode.SERVFAIL
                ? new DnssecStatus.Bogus(zone, reason(answer))
                : new DnssecStatus.Secure(zone);
    }

    private ValidatingResolver validating(NameServer server, List<DSRecord> dsRecords) throws IOException {
        SimpleResolver upstream = new SimpleResolver(server.address());
        upstream.setTimeout(timeout);
        var validating = new ValidatingResolver(upstream);
        String anchors = dsRecords.stream().map(Record::toString).collect(Collectors.joining("\n", "", "\n"));
        validating.loadTrustAnchors(new ByteArrayInputStream(anchors.getBytes(StandardCharsets.US_ASCII)));
        return validating;
    }

    private static String reason(Message answer) {
        return answer.getSection(Section.ADDITIONAL).stream()
                .filter(record -> record.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS)
                .filter(TXTRecord.class::isInstance)
                .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                .findFirst()
                .orElse("the answer does not validate");
    }
}
