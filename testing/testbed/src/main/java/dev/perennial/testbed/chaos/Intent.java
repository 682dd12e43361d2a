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
 * A certificate that is asked for once.
 *
 * @param at when, since the beginning of the run
 * @param door by which it is asked for
 */
record Intent(String name, List<String> dnsNames, Duration at, Door door) {
    static final String OWNER = "chaos";

    /** The ways in. */
    enum Door {
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

    /** Names at which it can be seen. */
    List<String> served() {
        return dnsNames.stream().map(dns -> dns.replace("*.", "any.")).toList();
    }
}
