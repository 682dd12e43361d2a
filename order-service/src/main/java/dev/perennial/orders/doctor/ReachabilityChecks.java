package dev.perennial.orders.doctor;

import dev.perennial.acme.Authorization.Challenge;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the CA can come to our responder. One way is enough: http-01, tls-alpn-01, or dns-01 where that is set up; which one
 * the validation-service takes is its rules' matter. Pure.
 */
final class ReachabilityChecks {
    static final String HTTP = "http-01 path";
    static final String TLS = "tls-alpn-01 path";
    static final String DNS = "dns-01 set up";

    private ReachabilityChecks() {}

    /** @param methods that may be tried */
    static List<Hop> hops(Way http, Way tls, boolean wildcard, Set<String> methods) {
        boolean dns01 = methods.contains(Challenge.DNS_01);
        if (wildcard) {
            String why = "a wildcard is proven by dns-01 only (RFC 8555 section 8.4)";
            return List.of(
                    Hop.skipped(HTTP, why),
                    Hop.skipped(TLS, why),
                    dns01
                            ? dns()
                            : Hop.failed(
                                    DNS,
                                    "perennial.policy.wildcard-suffixes has no domain of it, and no rule of the issuer selects dns-01",
                                    "set up a DNS provider in the validation-service (docs/operating/dns.md) and add the domain to"
                                            + " perennial.policy.wildcard-suffixes"));
        }
        return List.of(
                hop(
                        http,
                        methods.contains(Challenge.HTTP_01),
                        methods.contains(Challenge.TLS_ALPN_01) && tls.open(),
                        dns01),
                hop(
                        tls,
                        methods.contains(Challenge.TLS_ALPN_01),
                        methods.contains(Challenge.HTTP_01) && http.open(),
                        dns01),
                dns01 ? dns() : Hop.skipped(DNS, "not for this name; another way has to do"));
    }

    /** One of the two paths, as far as it was seen. */
    record Way(String name, int port, Observation<List<ProbeResult>> seen) {
        /** At every address that can be checked: the CA uses one of them, and some CAs use several. */
        boolean open() {
            return seen.found()
                    .filter(all -> all.stream().anyMatch(ProbeResult.Responder.class::isInstance))
                    .filter(all -> all.stream().noneMatch(ProbeResult.Elsewhere.class::isInstance))
                    .isPresent();
        }

        String evidence() {
            return switch (seen) {
                case Observation.Found<List<ProbeResult>>(List<ProbeResult> all) ->
                    all.stream().map(this::words).collect(Collectors.joining("; "));
                case Observation.Missed<List<ProbeResult>>(String why) -> why;
                case Observation.NotTried<List<ProbeResult>>(String why) -> why;
            };
        }

        private String words(ProbeResult reach) {
            return switch (reach) {
                case ProbeResult.Responder(InetAddress address) -> where(address) + " is our responder";
                case ProbeResult.Elsewhere(InetAddress address, String what) -> where(address) + ": " + what;
                case ProbeResult.Untold(InetAddress address, String why) ->
                    where(address) + " cannot be checked from here: " + why;
            };
        }

        private String where(InetAddress address) {
            return address.getHostAddress() + " port " + port;
        }
    }

    private static Hop hop(Way way, boolean wanted, boolean otherOpen, boolean dns01) {
        if (!wanted) {
            return Hop.skipped(way.name(), "the issuer's rules prove this name in another way");
        }
        if (way.open()) {
            return Hop.passed(way.name(), way.evidence());
        }
        if (way.seen() instanceof Observation.NotTried<List<ProbeResult>>(String why)) {
            return Hop.skipped(way.name(), why);
        }
        if (otherOpen || dns01) {
            return Hop.skipped(
                    way.name(),
                    "not needed, because " + (otherOpen ? "the other path is open" : "dns-01 is set up") + " ("
                            + way.evidence() + ")");
        }
        return Hop.failed(way.name(), way.evidence(), remedy(way));
    }

    private static String remedy(Way way) {
        String how = way.name().equals(HTTP)
                ? "send http requests for /.well-known/acme-challenge/ on port " + way.port()
                        + " of every address to the validation-service (docs/operating/routing.md)"
                : "set perennial.tlsalpn01.listen-port at the validation-service and send connections of protocol acme-tls/1 on port "
                        + way.port() + " of every address there (docs/operating/routing.md)";
        return how
                + "; one of http-01 and tls-alpn-01 is enough, and none is needed where dns-01 is set up (then add the domain to"
                + " perennial.policy.wildcard-suffixes)";
    }

    private static Hop dns() {
        return Hop.passed(
                DNS,
                "perennial.policy.wildcard-suffixes or a rule of the issuer selects dns-01; no record is written to test it");
    }
}
