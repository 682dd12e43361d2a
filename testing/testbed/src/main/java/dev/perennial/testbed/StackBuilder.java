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

/** Configures and starts a {@link Stack}. */
public final class StackBuilder {
    private Set<StackPart> parts = EnumSet.complementOf(EnumSet.of(StackPart.TRACES));
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
    private boolean vaultOnDisk;
    private boolean simulatedClocks;
    private OptionalInt hostDiskMegabytes = OptionalInt.empty();
    private Backing backing = Backing.configured();
    private Progress progress = Progress.silent();

    StackBuilder() {}

    /** Includes only these parts. Default: all but the traces. */
    public StackBuilder only(StackPart first, StackPart... others) {
        parts = EnumSet.of(first, others);
        return this;
    }

    /** The virtual servers of nginx. A certificate can be deployed only if a site has its name. */
    public StackBuilder sites(List<Site> all) {
        sites = List.copyOf(all);
        return this;
    }

    /** Adds a site for each certificate that is ordered for the host, in addition to {@link #sites}. */
    public StackBuilder sitesOnRequest() {
        sitesOnRequest = true;
        return this;
    }

    /** The name of the target host. Default: {@code web-1}. */
    public StackBuilder host(String name) {
        host = name;
        return this;
    }

    /** The suffixes that the order-service's policy allows. Default: {@code test}. */
    public StackBuilder allowedSuffixes(String... suffixes) {
        allowedSuffixes = List.of(suffixes);
        return this;
    }

    /** Changes the settings of the CA: {@code ca(c -> c.withRoundTrip(ofMillis(40)).withNonceReject(0))}. */
    public StackBuilder ca(UnaryOperator<CaSettings> change) {
        ca = change.apply(ca);
        return this;
    }

    /**
     * The number of replicas of each service but the agent. The first one has the module's name, the others {@code <module>.2} and so
     * on. With several replicas the CA connects to the validation-services through nginx, which skips unavailable ones.
     */
    public StackBuilder replicas(int count) {
        replicas = count;
        return this;
    }

    /**
     * BIND with these zones replaces the generated DNS responses for the CA and the fleet. The validation-service can write TXT
     * records to them with its DNS provider {@code bind}.
     */
    public StackBuilder bind(Zone... all) {
        zones = List.of(all);
        return this;
    }

    /** Adds step-ca as another CA. It uses the same DNS server and the same http-01 port as Pebble. */
    public StackBuilder stepCa() {
        stepCa = true;
        return this;
    }

    /** Sets a property of all replicas of a service, for example a retry interval that is too long for a test. */
    public StackBuilder serviceProperty(String module, String key, String value) {
        serviceProperties.computeIfAbsent(module, any -> new HashMap<>()).put(key, value);
        return this;
    }

    /** Changes the testbed's issuer: {@code issuer(Map.of("requestTimeout", "PT2S"))}, by the names of docs/operating/issuers.md. */
    public StackBuilder issuer(Map<String, Object> changes) {
        return issuer(Fleet.ISSUER, changes);
    }

    /** Adds an issuer with its own proxy to Pebble, so that it can be unavailable while the other one is not. */
    public StackBuilder issuerWithOwnProxy(String name, Map<String, Object> changes) {
        ownAcmeProxies.add(name);
        return issuer(name, changes);
    }

    /** Adds an issuer with its own account at the same CA. */
    public StackBuilder issuer(String name, Map<String, Object> changes) {
        issuers.put(name, Map.copyOf(changes));
        return this;
    }

    /** Sends the spans of the services to Zipkin. Default: no spans. */
    public StackBuilder tracing() {
        parts.add(StackPart.TRACES);
        return this;
    }

    /** The services send spans, which are dropped; for benchmarks. */
    public StackBuilder tracingDropped() {
        parts.add(StackPart.TRACES);
        spans = SpanExport.DROPPED;
        return this;
    }

    /** The services send spans, which {@link Stack#bridge()} writes to its log. */
    public StackBuilder tracingLogged() {
        parts.add(StackPart.TRACES);
        spans = SpanExport.LOGGED;
        return this;
    }

    /** The services connect to Kafka, PostgreSQL and Vault through proxies that can be cut: {@link Stack#proxy}. */
    public StackBuilder cuttable() {
        cuttable = true;
        return this;
    }

    /** The DNS part serves http-01 responses, which tests add on its management port; for stacks without a validation-service. */
    public StackBuilder http01ByDns(int port) {
        http01OfDns = OptionalInt.of(port);
        return this;
    }

    /** Uses this folder and keeps it when the stack is closed. Default: a temporary folder. */
    public StackBuilder runFolder(Path folder) {
        runFolder = Optional.of(folder);
        keepRunFolder = true;
        return this;
    }

    /** Keeps logs and files when the stack is closed. */
    public StackBuilder keepRunFolder() {
        keepRunFolder = true;
        return this;
    }

    /** The services write their ahead-of-time caches when they stop, which takes some seconds. */
    public StackBuilder recordAotCaches() {
        recordAotCaches = true;
        return this;
    }

    /** Vault keeps its data when it is killed. */
    public StackBuilder vaultOnDisk() {
        vaultOnDisk = true;
        return this;
    }

    /** The clocks of the services can be set ({@code ServicePart.setClock}); needs libfaketime. */
    public StackBuilder simulatedClocks() {
        simulatedClocks = true;
        return this;
    }

    /** The certificates of the target host are on a disk of this size ({@link Stack#hostDisk}); needs the right to mount. */
    public StackBuilder hostDisk(int megabytes) {
        hostDiskMegabytes = OptionalInt.of(megabytes);
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
     * Starts all parts and returns when they are healthy.
     *
     * @throws PartFailedException if a part does not start; all others are stopped then
     */
    public Stack start() {
        return Stack.start(new StackSettings(
                parts,
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
                vaultOnDisk,
                simulatedClocks,
                hostDiskMegabytes,
                backing,
                progress));
    }
}
