package dev.perennial.orders.doctor;

import dev.perennial.acme.Authorization.Challenge;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Checks whether the CA can reach the responder. One path is enough: http-01, tls-alpn-01, or dns-01 if it is set up.
 * The rules of the validation-service select the path. Pure.
 */
final class ReachabilityChecks {
    static final String HTTP = "http-01 path";
    static final String TLS = "tls-alpn-01 path";
    static final String DNS = "dns-01 configured";

    private ReachabilityChecks() {}

    /** @param methods the challenges that can be tried */
    static List<Hop> hops(PathProbe http, PathProbe tls, boolean wildcard, Set<String> methods) {
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
                                    "perennial.policy.wildcard-suffixes does not contain its domain, and no rule of the issuer selects dns-01",
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
                dns01 ? dns() : Hop.skipped(DNS, "not configured for this name; http-01 or tls-alpn-01 validates it"));
    }

    /** The challenges that work now, as far as it can be seen: no record is written to test dns-01. */
    static Set<String> open(PathProbe http, PathProbe tls, Set<String> methods) {
        Set<String> open = new TreeSet<>(methods);
        if (!http.open()) {
            open.remove(Challenge.HTTP_01);
        }
        if (!tls.open()) {
            open.remove(Challenge.TLS_ALPN_01);
        }
        return open;
    }

    /** The observed results of one of the two paths. */
    record PathProbe(String name, int port, Observation<List<ProbeResult>> observed) {
        /**
         * Whether the responder answered at every address that can be checked: the CA uses one of them, and some CAs
         * use several.
         */
        boolean open() {
            return observed.found()
                    .filter(all -> all.stream().anyMatch(ProbeResult.Responder.class::isInstance))
                    .filter(all -> all.stream().noneMatch(ProbeResult.Failed.class::isInstance))
                    .isPresent();
        }

        /** The addresses at which the responder answered. */
        List<InetAddress> responders() {
            return observed.found().stream()
                    .flatMap(List::stream)
                    .filter(ProbeResult.Responder.class::isInstance)
                    .map(ProbeResult::address)
                    .toList();
        }

        String evidence() {
            return switch (observed) {
                case Observation.Found<List<ProbeResult>>(List<ProbeResult> all) ->
                    all.stream().map(this::describe).collect(Collectors.joining("; "));
                case Observation.Missed<List<ProbeResult>>(String why) -> why;
                case Observation.NotTried<List<ProbeResult>>(String why) -> why;
            };
        }

        private String describe(ProbeResult result) {
            return switch (result) {
                case ProbeResult.Responder(InetAddress address) -> where(address) + " is the responder";
                case ProbeResult.Failed(InetAddress address, String evidence) -> where(address) + ": " + evidence;
                case ProbeResult.NoRoute(InetAddress address, String why) ->
                    where(address) + " cannot be checked from here: " + why;
            };
        }

        private String where(InetAddress address) {
            return address.getHostAddress() + " port " + port;
        }
    }

    private static Hop hop(PathProbe path, boolean selected, boolean otherOpen, boolean dns01) {
        if (!selected) {
            return Hop.skipped(path.name(), "the rules of the issuer select another challenge for this name");
        }
        if (path.open()) {
            return Hop.passed(path.name(), path.evidence());
        }
        if (path.observed() instanceof Observation.NotTried<List<ProbeResult>>(String why)) {
            return Hop.skipped(path.name(), why);
        }
        if (otherOpen || dns01) {
            return Hop.skipped(
                    path.name(),
                    "not needed, because " + (otherOpen ? "the other path is open" : "dns-01 is set up") + " ("
                            + path.evidence() + ")");
        }
        return Hop.failed(path.name(), path.evidence(), remedy(path));
    }

    private static String remedy(PathProbe path) {
        String how = path.name().equals(HTTP)
                ? "route HTTP requests for /.well-known/acme-challenge/ on port " + path.port()
                        + " of every address to the validation-service (docs/operating/routing.md)"
                : "set perennial.tlsalpn01.listen-port of the validation-service and route connections with the protocol acme-tls/1 on port "
                        + path.port() + " of every address to it (docs/operating/routing.md)";
        return how
                + "; one of http-01 and tls-alpn-01 is enough. If dns-01 is configured, neither is needed: add the domain to perennial.policy.wildcard-suffixes";
    }

    private static Hop dns() {
        return Hop.passed(
                DNS,
                "perennial.policy.wildcard-suffixes or a rule of the issuer selects dns-01; no record is written to test it");
    }
}
