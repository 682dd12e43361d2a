package dev.perennial.testbed;

import dev.perennial.testbed.ca.CaSettings;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.fleet.Fleet;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Says what a stack is to be; {@link #start()} makes it. */
public final class StackBuilder {
    private Set<StackPart> pieces = EnumSet.complementOf(EnumSet.of(StackPart.TRACES));
    private List<Site> sites = List.of();
    private boolean sitesOnRequest;
    private String host = "web-1";
    private List<String> allowedSuffixes = List.of("test");
    private CaSettings ca = CaSettings.DEFAULT;
    private int replicas = 1;
    private final Set<String> ownAcmeProxies = new HashSet<>();
    private final Map<String, Map<String, Object>> issuers = new HashMap<>(Map.of(Fleet.ISSUER, Map.of()));
    private final Map<String, Map<String, String>> serviceProperties = new HashMap<>();
    private List<Zone> zones = List.of();
    private boolean stepCa;
    private SpanExport spans = SpanExport.SHOWN;
    private boolean cuttable;
    private OptionalInt http01OfDns = OptionalInt.empty();
    private Optional<Path> runFolder = Optional.empty();
    private boolean keepRunFolder;
    private boolean recordAotCaches;
    private Backing backing = Backing.configured();
    private Progress progress = Progress.silent();

    StackBuilder() {}

    /** Only these, for a test of one adapter; everything but the traces where it is not called. */
    public StackBuilder only(StackPart first, StackPart... others) {
        pieces = EnumSet.of(first, others);
        return this;
    }

    /** nginx's virtual servers; a certificate can only be deployed where there is a site of its name. */
    public StackBuilder sites(List<Site> all) {
        sites = List.copyOf(all);
        return this;
    }

    /** nginx gets a site for each certificate that is ordered for the host, beside those of {@link #sites}. */
    public StackBuilder sitesOnRequest() {
        sitesOnRequest = true;
        return this;
    }

    /** The name of the one target host; {@code web-1} unless told. */
    public StackBuilder host(String name) {
        host = name;
        return this;
    }

    /** What the order-service's policy allows; {@code test} unless told. */
    public StackBuilder allowedSuffixes(String... suffixes) {
        allowedSuffixes = List.of(suffixes);
        return this;
    }

    /** Changes how the CA behaves: {@code ca(c -> c.withRoundTrip(ofMillis(40)).withNonceReject(0))}. */
    public StackBuilder ca(UnaryOperator<CaSettings> change) {
        ca = change.apply(ca);
        return this;
    }

    /**
     * So many of each service but the agent; the first has the module's name, the others {@code <module>.2} and so on. The CA
     * then reaches the validation-services through nginx, which goes round any that is down.
     */
    public StackBuilder replicas(int count) {
        replicas = count;
        return this;
    }

    /**
     * BIND with these zones is the DNS of the CA and of the fleet, instead of made-up answers; the validation-service may write
     * TXT records into them, as its DNS provider {@code bind}.
     */
    public StackBuilder bind(Zone... all) {
        zones = List.of(all);
        return this;
    }

    /** step-ca as another CA, which asks the same DNS and looks for http-01 answers where Pebble does. */
    public StackBuilder stepCa() {
        stepCa = true;
        return this;
    }

    /** Configures a service, all replicas of it; for a pause that is too long to wait for in a test. */
    public StackBuilder serviceProperty(String module, String key, String value) {
        serviceProperties.computeIfAbsent(module, any -> new HashMap<>()).put(key, value);
        return this;
    }

    /** Changes the testbed's issuer: {@code issuer(Map.of("requestTimeout", "PT2S"))}, by the names of docs/operating/issuers.md. */
    public StackBuilder issuer(Map<String, Object> changes) {
        return issuer(Fleet.ISSUER, changes);
    }

    /** One more issuer, at a front of its own: one can be down while the other is not. Pebble is behind both. */
    public StackBuilder issuerAtAnotherFront(String name, Map<String, Object> changes) {
        ownAcmeProxies.add(name);
        return issuer(name, changes);
    }

    /** One more issuer, with an account of its own at the same CA. */
    public StackBuilder issuer(String name, Map<String, Object> changes) {
        issuers.put(name, Map.copyOf(changes));
        return this;
    }

    /** Zipkin, and services that send spans. Off unless called. */
    public StackBuilder tracing() {
        pieces.add(StackPart.TRACES);
        return this;
    }

    /** Services send spans, and nobody keeps them: what a bench needs. */
    public StackBuilder tracingDropped() {
        pieces.add(StackPart.TRACES);
        spans = SpanExport.DROPPED;
        return this;
    }

    /** Services send spans, and every one of them is a line in the log of {@link Stack#bridge()}. */
    public StackBuilder tracingLogged() {
        pieces.add(StackPart.TRACES);
        spans = SpanExport.LOGGED;
        return this;
    }

    /** The services reach Kafka, PostgreSQL and Vault over lines that can be cut: {@link Stack#line}. */
    public StackBuilder cuttable() {
        cuttable = true;
        return this;
    }

    /** Where there is no validation-service: http-01 answers come from the DNS part, which is told them on its management port. */
    public StackBuilder http01ByDns(int port) {
        http01OfDns = OptionalInt.of(port);
        return this;
    }

    /** A folder at a known place that stays when the stack is closed; a temporary one where it is not called. */
    public StackBuilder runFolder(Path folder) {
        runFolder = Optional.of(folder);
        keepRunFolder = true;
        return this;
    }

    /** Logs and files stay after the stack was closed. */
    public StackBuilder keepRunFolder() {
        keepRunFolder = true;
        return this;
    }

    /** The services write their ahead-of-time caches when they are stopped, which takes a while. */
    public StackBuilder recordAotCaches() {
        recordAotCaches = true;
        return this;
    }

    public StackBuilder backing(Backing one) {
        backing = one;
        return this;
    }

    public StackBuilder progress(Progress listener) {
        progress = listener;
        return this;
    }

    /**
     * Starts everything and returns when all of it is healthy.
     *
     * @throws PartFailedException where a part does not come up; everything is stopped again then
     */
    public Stack start() {
        return Stack.start(new StackSettings(
                pieces,
                sites,
                sitesOnRequest,
                host,
                allowedSuffixes,
                ca,
                replicas,
                issuers,
                ownAcmeProxies,
                serviceProperties,
                zones,
                stepCa,
                spans,
                cuttable,
                http01OfDns,
                runFolder,
                keepRunFolder,
                recordAotCaches,
                backing,
                progress));
    }
}
