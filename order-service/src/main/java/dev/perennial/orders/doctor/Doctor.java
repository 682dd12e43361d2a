package dev.perennial.orders.doctor;

import dev.perennial.acme.Authorization.Challenge;
import dev.perennial.acme.IssuerInspection;
import dev.perennial.acme.IssuerInspector;
import dev.perennial.acme.Issuers;
import dev.perennial.dns.AuthoritativeServers;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.DnsConfig;
import dev.perennial.dns.DnssecCheck;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.doctor.ReachabilityChecks.PathProbe;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.issuer.limits.RemainingLimit;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.rules.requests.IssuerPolicy;
import dev.perennial.rules.requests.Policy;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Gathers the facts about every hop, concurrently unless one depends on another, and passes them to the rules. */
@ApplicationScoped
public class Doctor {
    private final IssuerInspector inspections;
    private final Issuers issuers;
    private final Database database;
    private final Budget budget;
    private final Policy policy;
    private final Clock clock;
    private final DoctorConfig config;
    private final DnsClient resolver;
    private final AuthoritativeServers servers;
    private final DnssecCheck signatures;
    private final ChallengePaths paths;

    @Inject
    Doctor(
            IssuerInspector inspections,
            Issuers issuers,
            Database database,
            Budget budget,
            Policy policy,
            Clock clock,
            DoctorConfig config,
            DnsConfig dns,
            Vertx vertx) {
        this.inspections = inspections;
        this.issuers = issuers;
        this.database = database;
        this.budget = budget;
        this.policy = policy;
        this.clock = clock;
        this.config = config;
        this.resolver = DnsClient.toResolver(dns, config.requestTimeout());
        this.servers = new AuthoritativeServers(resolver.unchecked(), config.authoritativePort());
        this.signatures = new DnssecCheck(resolver, servers, config.requestTimeout());
        this.paths = new ChallengePaths(
                new ChallengeFetch(vertx, config.http01Port(), config.requestTimeout()),
                new AcmeHandshake(config.tlsalpn01Port(), config.requestTimeout()));
    }

    /**
     * Checks the hops of each issuer concurrently. Blocks, for {@link DoctorConfig#timeout} at most.
     *
     * @throws IllegalArgumentException if an issuer is not configured
     */
    public List<Diagnosis> issuers(Set<String> issuers) {
        try (ConcurrentChecks checks = new ConcurrentChecks(config.timeout())) {
            List<Supplier<Diagnosis>> pending = new TreeSet<>(issuers)
                    .stream().map(issuer -> issuer(checks, issuer)).toList();
            return pending.stream().map(Supplier::get).toList();
        }
    }

    private Supplier<Diagnosis> issuer(ConcurrentChecks checks, String issuer) {
        Supplier<Observation<IssuerInspection>> inspection = checks.begin(() -> inspections.inspect(issuer));
        Supplier<Observation<List<RemainingLimit>>> left = checks.begin(() -> left(issuer, List.of()));
        return () -> {
            List<Hop> hops = new ArrayList<>(IssuerChecks.hops(inspection.get(), config.maxClockSkew()));
            hops.add(LimitChecks.budget(left.get(), clock.instant()));
            return new Diagnosis("issuer " + issuer, hops);
        };
    }

    /** Checks the hops of a name or an address at an issuer. Blocks, for {@link DoctorConfig#timeout} at most. */
    public Diagnosis name(Identifier identifier, String issuer) {
        String title = identifier.value() + " at " + issuer;
        Hop allowed = PolicyCheck.hop(policy, issuers.find(issuer).map(IssuerPolicy::new), identifier);
        if (allowed.outcome() == Hop.Outcome.FAILED) {
            // Only names within policy are checked, so that the doctor cannot be used to scan the network.
            return new Diagnosis(title, List.of(allowed));
        }
        List<Hop> hops = new ArrayList<>(List.of(allowed));
        try (ConcurrentChecks checks = new ConcurrentChecks(config.timeout())) {
            hops.addAll(hops(checks, subject(identifier, issuer), issuer));
        }
        return new Diagnosis(title, hops);
    }

    private DiagnosisSubject subject(Identifier identifier, String issuer) {
        boolean dnsWritable = identifier.ofType(Identifier.DNS)
                && policy.allowsWildcards(identifier.name().base());
        return new DiagnosisSubject(
                identifier,
                dnsWritable,
                issuers.find(issuer).map(IssuerSettings::challenges).orElse(List.of()));
    }

    private List<Hop> hops(ConcurrentChecks checks, DiagnosisSubject subject, String issuer) {
        Identifier identifier = subject.identifier();
        var inspected = inspected(checks, identifier, issuer);
        var left = checks.begin(() -> left(issuer, List.of(identifier)));
        var failing = checks.begin(() -> database.inTransaction(tx -> budget.quarantined(tx, issuer, identifier)));
        var caa = ofZone(checks, subject, name -> CaaSet.search(name, resolver::caa));
        var alias = ofZone(checks, subject, resolver::alias);
        var signing = ofZone(checks, subject, signatures::of);
        var views = ofZone(checks, subject, servers::answers);
        Observation<List<InetAddress>> addresses = addresses(checks, subject);
        var http = along(checks, addresses, all -> paths.http(identifier, all));
        var tls = along(checks, addresses, paths::tls);

        List<Hop> hops = new ArrayList<>();
        hops.add(DnsChecks.resolves(addresses, subject.methods().contains(Challenge.DNS_01)));
        hops.add(CaaChecks.hop(
                caa.get(),
                subject.wildcard(),
                IssuerChecks.applicant(inspected.get(issuer).get(), subject.methods())));
        PathProbe httpPath = new PathProbe(ReachabilityChecks.HTTP, config.http01Port(), http.get());
        PathProbe tlsPath = new PathProbe(ReachabilityChecks.TLS, config.tlsalpn01Port(), tls.get());
        var isolation = isolation(checks, identifier, httpPath);
        List<CaaCandidate> candidates = new ArrayList<>();
        inspected.forEach((name, inspection) -> candidates.add(CaaCandidate.of(
                name, inspection.get(), subject(identifier, name).methods())));
        hops.add(CaaProposal.hop(
                subject,
                caa.get(),
                alias.get(),
                candidates,
                ReachabilityChecks.open(httpPath, tlsPath, subject.methods())));
        hops.add(DnsChecks.signed(signing.get()));
        hops.add(DnsChecks.alike(views.get()));
        hops.addAll(ReachabilityChecks.hops(httpPath, tlsPath, subject.wildcard(), subject.methods()));
        hops.add(IsolationChecks.hop(config.http01Port(), isolation.get()));
        hops.add(LimitChecks.budget(left.get(), clock.instant()));
        hops.add(LimitChecks.quarantine(failing.get(), clock.instant()));
        return hops;
    }

    /** The issuer, then those that can take its orders: its fallbacks, and the one of its rehearsals. */
    private Map<String, Supplier<Observation<IssuerInspection>>> inspected(
            ConcurrentChecks checks, Identifier identifier, String issuer) {
        Map<String, Supplier<Observation<IssuerInspection>>> inspected = new LinkedHashMap<>();
        inspected.put(issuer, checks.begin(() -> inspections.inspect(issuer)));
        issuers.find(issuer).stream()
                .flatMap(it -> Stream.concat(it.fallbacks().stream(), it.rehearsal().stream()))
                .filter(other -> issuers.find(other)
                        .filter(it -> new IssuerPolicy(it).allows(identifier))
                        .isPresent())
                .forEach(other ->
                        inspected.computeIfAbsent(other, name -> checks.begin(() -> inspections.inspect(name))));
        return inspected;
    }

    private List<RemainingLimit> left(String issuer, List<Identifier> identifiers) {
        return database.inTransaction(tx -> budget.left(tx, issuer, identifiers, clock.instant()));
    }

    private Supplier<Observation<List<ResponderIsolation>>> isolation(
            ConcurrentChecks checks, Identifier identifier, PathProbe http) {
        return switch (http.observed()) {
            case Observation.NotTried<List<ProbeResult>>(String why) -> () -> new Observation.NotTried<>(why);
            case Observation.Missed<List<ProbeResult>>(String why) -> () -> new Observation.NotTried<>(why);
            case Observation.Found<List<ProbeResult>> found ->
                http.responders().isEmpty()
                        ? () -> new Observation.NotTried<>("no address leads to the responder")
                        : checks.begin(() -> paths.isolation(identifier, http.responders()));
        };
    }

    /** A check that may throw. */
    private interface Check<A, T> {
        T at(A where) throws Exception;
    }

    /** A check of DNS records, which addresses do not have. */
    private static <T> Supplier<Observation<T>> ofZone(
            ConcurrentChecks checks, DiagnosisSubject subject, Check<String, T> check) {
        return subject.isAddress()
                ? () -> new Observation.NotTried<>("the identifier is an address, not a name")
                : checks.begin(() -> check.at(subject.base()));
    }

    private Observation<List<InetAddress>> addresses(ConcurrentChecks checks, DiagnosisSubject subject) {
        if (subject.isAddress()) {
            return new Observation.Found<>(List.of(subject.identifier().ip().address()));
        }
        return subject.wildcard()
                ? new Observation.NotTried<>("a wildcard needs no address")
                : checks.begin(() -> resolver.allAddresses(subject.base())).get();
    }

    private static <T> Supplier<Observation<T>> along(
            ConcurrentChecks checks, Observation<List<InetAddress>> addresses, Check<List<InetAddress>, T> check) {
        return switch (addresses) {
            case Observation.NotTried<List<InetAddress>>(String why) -> () -> new Observation.NotTried<>(why);
            case Observation.Missed<List<InetAddress>>(String why) ->
                () -> new Observation.NotTried<>("the name does not resolve");
            case Observation.Found<List<InetAddress>>(List<InetAddress> found) ->
                found.isEmpty()
                        ? () -> new Observation.NotTried<>("the name has no address")
                        : checks.begin(() -> check.at(found));
        };
    }
}
