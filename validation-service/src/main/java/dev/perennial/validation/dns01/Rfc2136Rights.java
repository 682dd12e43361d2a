package dev.perennial.validation.dns01;

import dev.perennial.dns.DnsClient;
import java.io.IOException;
import java.util.UUID;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Checks what a key may change, with updates that change nothing: each deletes records of a random name, on the
 * condition that the name does not exist (RFC 2136 section 2.4.5). A server decides about the permission nevertheless.
 *
 * @param server sends signed messages
 */
record Rfc2136Rights(Resolver server, ExpectedRights expected) {
    VisibleRights in(String zone) throws IOException {
        VisibleRights address = of(zone, Type.A);
        return address instanceof VisibleRights.AsExpected && expected == ExpectedRights.CHALLENGE_NAMES
                ? of(zone, Type.TXT)
                : address;
    }

    private VisibleRights of(String zone, int type) throws IOException {
        Name origin = DnsClient.absolute(zone);
        Name absent = Name.fromString("perennial-rights-" + UUID.randomUUID(), origin);
        Update update = new Update(origin);
        update.absent(absent);
        update.delete(absent, type);
        Message answer = server.send(update);
        return switch (answer.getRcode()) {
            case Rcode.NOERROR ->
                answer.isVerified()
                        ? new VisibleRights.Broader("the server accepts changes of " + Type.string(type)
                                + " records at any name, for example " + DnsClient.text(absent))
                        : new VisibleRights.Unknown("the answer is not signed with the TSIG key");
            case Rcode.REFUSED -> new VisibleRights.AsExpected();
            default ->
                new VisibleRights.Unknown("the server answered " + Rcode.TSIGstring(answer.getRcode())
                        + " to an update of " + zone + " that changes nothing");
        };
    }
}
