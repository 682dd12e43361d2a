package dev.perennial.testbed.chaos;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.Identifier;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.testbed.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A certificate that is requested once.
 *
 * @param at time of the request, since the start of the run
 * @param channel over which it is requested
 */
record Intent(String name, List<String> dnsNames, Duration at, Channel channel) {
    static final String OWNER = "chaos";

    /** The ways to request a certificate. */
    enum Channel {
        EVENT,
        REST
    }

    Intent {
        dnsNames = List.copyOf(dnsNames);
    }

    Site site() {
        return new Site(name, dnsNames);
    }

    CertificateRequested request(String host) {
        return new CertificateRequested(
                name,
                OWNER,
                dnsNames.stream()
                        .map(dns -> new RequestedIdentifier(Identifier.DNS, dns))
                        .toList(),
                Optional.empty(),
                Optional.empty(),
                List.of(host),
                Map.of());
    }

    /** Server names that the certificate covers: a wildcard is replaced by one name below it. */
    List<String> serverNames() {
        return dnsNames.stream().map(dns -> dns.replace("*.", "any.")).toList();
    }
}
