package dev.perennial.validation.dns01;

import dev.perennial.dns.AuthoritativeLookup;
import dev.perennial.dns.BrokenCnameException;
import dev.perennial.dns.CnameChain;
import dev.perennial.dns.DnsClient;
import dev.perennial.events.Identifier;
import dev.perennial.validation.challenges.NoAnswerException;
import java.io.IOException;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Type;

/**
 * The name of a challenge record (RFC 8555 section 8.4): the target of its CNAMEs.
 *
 * @param selfCheck whether the authoritative servers may be queried
 * @param followCnames if false, no server is queried
 */
record RecordNames(DnsClient resolver, AuthoritativeLookup lookup, Dns01SelfCheck selfCheck, boolean followCnames) {
    /**
     * @throws dev.perennial.validation.challenges.PresentationException if the CNAMEs form a loop or a long chain
     * @throws NoAnswerException if no server answers
     */
    String of(Identifier identifier) {
        String name = "_acme-challenge." + identifier.name().base();
        if (!followCnames) {
            return name;
        }
        try {
            return CnameChain.target(name, this::cname);
        } catch (BrokenCnameException e) {
            throw DnsErrors.refused(e.getMessage(), e.path());
        }
    }

    private Optional<String> cname(String name) {
        return switch (selfCheck) {
            case AUTHORITATIVE, ANSWERING -> {
                try {
                    yield lookup.cname(name);
                } catch (IOException e) {
                    // The self-check reports servers that do not answer; the record can be written nevertheless.
                    yield cnameAtResolver(name);
                }
            }
            case RESOLVER, OFF -> cnameAtResolver(name);
        };
    }

    private Optional<String> cnameAtResolver(String name) {
        try {
            return resolver.records(name, Type.CNAME, CNAMERecord.class).stream()
                    .map(record -> DnsClient.text(record.getTarget()))
                    .findFirst();
        } catch (IOException e) {
            throw new NoAnswerException("the lookup of a CNAME at " + name + " failed", e.getMessage());
        }
    }
}
