package dev.perennial.testbed.demo;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.Identifier;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.testbed.Site;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A certificate that the demo requests, and the trace of the request.
 *
 * @param traceId W3C trace context, 32 lower-case hex digits
 */
public record DemoRequest(Site site, CertificateRequested request, String traceId) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public static DemoRequest of(Site site, String host) {
        var identifiers = site.serverNames().stream()
                .map(name -> new RequestedIdentifier(Identifier.DNS, name))
                .toList();
        var request = new CertificateRequested(
                site.certificateName(),
                "demo",
                identifiers,
                Optional.empty(),
                Optional.empty(),
                List.of(host),
                Map.of("from", "demo"));
        return new DemoRequest(site, request, hex(16));
    }

    public String name() {
        return site.certificateName();
    }

    /** A sampled trace; the parent span is the request, which is not exported. */
    public String traceParent() {
        return "00-" + traceId + "-" + hex(8) + "-01";
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
