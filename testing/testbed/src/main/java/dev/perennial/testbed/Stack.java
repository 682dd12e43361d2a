package dev.perennial.testbed;

import dev.perennial.testbed.ca.AcmeProxy;
import dev.perennial.testbed.ca.ChallengeDns;
import dev.perennial.testbed.ca.PebblePart;
import dev.perennial.testbed.ca.RequestCounts;
import dev.perennial.testbed.ca.StepCaPart;
import dev.perennial.testbed.ca.TestAuthority;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.fleet.Fleet;
import dev.perennial.testbed.fleet.HostEnrolment;
import dev.perennial.testbed.fleet.RestSetup;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.kafka.ContractTopics;
import dev.perennial.testbed.kafka.KafkaPart;
import dev.perennial.testbed.postgres.PostgresPart;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.ProcessLauncher;
import dev.perennial.testbed.process.RandomSecrets;
import dev.perennial.testbed.proxy.TcpProxy;
import dev.perennial.testbed.traces.OtlpBridge;
import dev.perennial.testbed.traces.ZipkinPart;
import dev.perennial.testbed.vault.VaultPart;
import dev.perennial.testbed.web.ConfigTestGate;
import dev.perennial.testbed.web.HostDisk;
import dev.perennial.testbed.web.NginxPart;
import dev.perennial.testbed.web.RequestedSites;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A running testbed. {@code try (Stack stack = Stack.builder().sites(...).start())} starts the whole fleet. {@link #close} stops
 * all parts in order and removes all files; a shutdown hook does the same. Accessors of a part that the stack does not include
 * throw {@link IllegalStateException}.
 */
public final class Stack implements AutoCloseable {
    private static final String NOT_INCLUDED = "is not part of this stack";

    private final StackSettings settings;
    private final RunFolder run;
    private final StartupOrder tiers;
    private final Thread hook = new Thread(this::stopAll, "stop-the-testbed");
    private final String bootstrapToken = RandomSecrets.password();
    private Optional<String> restToken = Optional.empty();
    private Optional<KafkaPart> kafka = Optional.empty();
    private Optional<PostgresPart> postgres = Optional.empty();
    private Optional<VaultPart> vault = Optional.empty();
    private Optional<ChallengeDns> dns = Optional.empty();
    private Optional<BindPart> bind = Optional.empty();
    private Optional<PebblePart> pebble = Optional.empty();
    private Optional<AcmeProxy> acmeProxy = Optional.empty();
    private Optional<StepCaPart> stepCa = Optional.empty();
    private final Map<String, AcmeProxy> ownAcmeProxies = new TreeMap<>();
    private final Map<Part, TcpProxy> proxies = new HashMap<>();
    private Optional<NginxPart> nginx = Optional.empty();
    private Optional<HostDisk> hostDisk = Optional.empty();
    private Optional<ConfigTestGate> configTest = Optional.empty();
    private Optional<RequestedSites> requestedSites = Optional.empty();
    private Optional<ZipkinPart> zipkin = Optional.empty();
    private Optional<OtlpBridge> bridge = Optional.empty();
    private final List<ServicePart> services = new ArrayList<>();

    private Stack(StackSettings settings) {
        this.settings = settings;
        this.run = settings.runFolder().map(RunFolder::claim).orElseGet(RunFolder::temporary);
        this.tiers = new StartupOrder(settings.progress());
    }

    public static StackBuilder builder() {
        return new StackBuilder();
    }

    static Stack start(StackSettings settings) {
        Stack stack = new Stack(settings);
        Runtime.getRuntime().addShutdownHook(stack.hook);
        try {
            stack.startAll();
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    private void startAll() {
        Checkout checkout = Checkout.find();
        Launcher processes = new ProcessLauncher(run.logs(), run.pids());
        int http01Port = settings.http01OfDns().orElseGet(Ports::free);
        List<Part> parts = parts(checkout, processes, http01Port);
        List<Integer> responders = responders(http01Port);
        tiers.start(parts);
        if (settings.has(StackPart.FLEET)) {
            run.writeSecret("bootstrap-token", bootstrapToken);
            bind.ifPresent(server -> vault().api()
                    .put(
                            "perennial/data/dns/" + Fleet.DNS_PROVIDER,
                            Map.of("data", Map.of("keyName", BindPart.KEY_NAME, "secret", server.secret()))));
            services.addAll(services(new Fleet(run, processes, checkout, fleetParts(http01Port)), responders));
            requestedSites = settings.sitesOnRequest()
                    ? Optional.of(RequestedSites.start(bootstrapServers(), settings.host(), nginx()))
                    : Optional.empty();
            startByReplica(responders.size());
            RestSetup setup = new RestSetup(rest());
            restToken = Optional.of(setup.firstToken(bootstrapToken));
            run.writeSecret("token", restToken.get());
            new HostEnrolment(run, checkout, vault(), vaultOfFleet()).enrol(settings.host(), setup, restToken.get());
            tiers.start(List.of(services.getLast()));
        }
    }

    /**
     * All services but the agent. One replica after the other: seven services that start at the same time on two processors
     * exceed their time limits.
     */
    private void startByReplica(int replicas) {
        int each = (services.size() - 1) / replicas;
        for (int i = 0; i < replicas; i++) {
            tiers.start(List.copyOf(services.subList(i * each, (i + 1) * each)));
        }
    }

    private List<Part> parts(Checkout checkout, Launcher processes, int http01Port) {
        Launcher backing = Backings.launcher(settings.backing(), checkout, run, processes);
        if (settings.has(StackPart.KAFKA)) {
            OptionalInt proxyPort = settings.cuttable() ? OptionalInt.of(Ports.free()) : OptionalInt.empty();
            var broker = new KafkaPart(run, processes, checkout, ContractTopics.all(), proxyPort);
            kafka = Optional.of(broker);
            proxyPort.ifPresent(port -> proxies.put(broker, new TcpProxy("kafka-proxy", port, broker.proxyTarget())));
        }
        if (settings.has(StackPart.POSTGRES)) {
            postgres = Optional.of(new PostgresPart(run));
        }
        if (settings.has(StackPart.VAULT)) {
            Path bao = checkout.tool("bao", "OPENBAO_VERSION");
            vault = Optional.of(new VaultPart(run, backing, bao, settings.vaultOnDisk()));
        }
        if (settings.cuttable()) {
            postgres.ifPresent(this::addProxy);
            vault.ifPresent(this::addProxy);
        }
        if (settings.has(StackPart.CA)) {
            authority(checkout, processes, backing, http01Port);
        }
        if (settings.has(StackPart.WEB)) {
            configTest = Optional.of(new ConfigTestGate(run));
            nginx = Optional.of(new NginxPart(run, processes, settings.sites(), settings.sitesOnRequest()));
            settings.hostDiskMegabytes()
                    .ifPresent(size -> hostDisk = Optional.of(HostDisk.mount(nginx().certificates(), size)));
        }
        if (settings.has(StackPart.TRACES)) {
            zipkin = settings.spans() == SpanExport.SHOWN
                    ? Optional.of(new ZipkinPart(run, processes, checkout))
                    : Optional.empty();
            Optional<Path> log =
                    settings.spans() == SpanExport.LOGGED ? Optional.of(run.log("spans")) : Optional.empty();
            bridge = Optional.of(new OtlpBridge(zipkin.map(Part::address), log));
        }
        List<Part> all = new ArrayList<>();
        List.of(kafka, zipkin, postgres, vault, dns, bind, pebble, acmeProxy, stepCa, nginx, bridge)
                .forEach(part -> part.ifPresent(all::add));
        all.addAll(ownAcmeProxies.values());
        all.addAll(proxies.values());
        return all;
    }

    private void addProxy(Part part) {
        proxies.put(
                part,
                new TcpProxy(
                        part.name() + "-proxy", Ports.free(), part.address().getPort()));
    }

    /** The port to which the services connect: that of the part's proxy, if it has one. */
    private int port(Part part) {
        return Optional.<Part>ofNullable(proxies.get(part))
                .orElse(part)
                .address()
                .getPort();
    }

    private void authority(Checkout checkout, Launcher processes, Launcher backing, int http01Port) {
        Path pebbleProgram = checkout.tool("pebble", "PEBBLE_VERSION");
        Path dnsProgram = checkout.tool("pebble-challtestsrv", "PEBBLE_VERSION");
        var authority = new TestAuthority("Perennial testbed");
        var challengeDns = new ChallengeDns(run, processes, dnsProgram, settings.http01OfDns());
        dns = Optional.of(challengeDns);
        bind = settings.zones().isEmpty()
                ? Optional.empty()
                : Optional.of(new BindPart(run, processes, settings.zones()));
        var ca = new PebblePart(run, backing, pebbleProgram, settings.ca(), authority, resolver(), http01Port);
        pebble = Optional.of(ca);
        Supplier<AcmeProxy> newProxy =
                () -> new AcmeProxy(run, authority, ca.address(), settings.ca().roundTrip());
        acmeProxy = Optional.of(newProxy.get());
        settings.ownAcmeProxies().forEach(issuer -> ownAcmeProxies.put(issuer, newProxy.get()));
        if (settings.stepCa()) {
            Path program = checkout.tool("step-ca", "STEP_CA_VERSION");
            stepCa = Optional.of(new StepCaPart(run, processes, program, resolver(), http01Port));
        }
    }

    private String resolver() {
        return bind.map(BindPart::resolver).orElseGet(() -> dns().resolver());
    }

    /** The ports of the validation-services: the CA's port for one, and others behind nginx for several. */
    private List<Integer> responders(int http01Port) {
        if (settings.replicas() == 1) {
            return List.of(http01Port);
        }
        List<Integer> ports =
                Stream.generate(Ports::free).limit(settings.replicas()).toList();
        nginx().balance(http01Port, ports);
        return ports;
    }

    private Fleet.Parts fleetParts(int http01Port) {
        return new Fleet.Parts(
                new Fleet.Addresses(fleetBootstrapServers(), PostgresPart.jdbcUrl(port(postgres())), vaultOfFleet()),
                postgres(),
                vault(),
                resolver(),
                bind,
                acmeProxy(),
                nginx(),
                configTest(),
                bridge.map(Part::address),
                run.root().resolve("bootstrap-token"),
                settings.allowedSuffixes(),
                settings.host(),
                http01Port,
                settings.replicas() == 1 ? OptionalInt.of(pebble().tlsAlpn01Port()) : OptionalInt.empty(),
                settings.issuers(),
                ownAcmeProxies,
                settings.serviceProperties(),
                settings.recordAotCaches(),
                settings.simulatedClocks());
    }

    private URI vaultOfFleet() {
        return Ports.loopback("http", port(vault()));
    }

    private static List<ServicePart> services(Fleet fleet, List<Integer> responders) {
        List<ServicePart> all = new ArrayList<>();
        for (int i = 0; i < responders.size(); i++) {
            int replica = i + 1;
            all.add(fleet.orderService(replica, Ports.free()));
            all.add(fleet.validationService(replica, responders.get(i)));
            all.add(fleet.issuanceService(replica, Ports.free()));
        }
        all.add(fleet.deployAgent(Ports.free()));
        return all;
    }

    public KafkaPart kafka() {
        return included(kafka, "Kafka");
    }

    public PostgresPart postgres() {
        return included(postgres, "PostgreSQL");
    }

    public VaultPart vault() {
        return included(vault, "Vault");
    }

    public ChallengeDns dns() {
        return included(dns, "the CA");
    }

    public BindPart bind() {
        return included(bind, "BIND");
    }

    public PebblePart pebble() {
        return included(pebble, "the CA");
    }

    public AcmeProxy acmeProxy() {
        return included(acmeProxy, "the CA");
    }

    public StepCaPart stepCa() {
        return included(stepCa, "step-ca");
    }

    /** The own proxy of an issuer. */
    public AcmeProxy acmeProxy(String issuer) {
        return included(Optional.ofNullable(ownAcmeProxies.get(issuer)), "an ACME proxy for " + issuer);
    }

    public NginxPart nginx() {
        return included(nginx, "nginx");
    }

    /** The disk of the target host's certificates, if {@link StackBuilder#hostDisk} was called. */
    public Optional<HostDisk> hostDisk() {
        return hostDisk;
    }

    /** The gate before the agent's configuration test. */
    public ConfigTestGate configTest() {
        return included(configTest, "nginx");
    }

    public ZipkinPart zipkin() {
        return included(zipkin, "Zipkin");
    }

    public OtlpBridge bridge() {
        return included(bridge, "tracing");
    }

    public boolean traced() {
        return zipkin.isPresent();
    }

    /** The first replica of a module, or {@code deploy-agent.<host>}, or {@code deploy-agent} for short. */
    public ServicePart service(String name) {
        return services.stream()
                .filter(service -> service.name().equals(name) || service.name().startsWith(name + "."))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("service " + name + " " + NOT_INCLUDED));
    }

    public List<ServicePart> services() {
        return List.copyOf(services);
    }

    public String bootstrapServers() {
        return kafka().bootstrapServers();
    }

    /** The bootstrap servers of the services: Kafka's proxy, if it has one. */
    public String fleetBootstrapServers() {
        return "127.0.0.1:" + port(kafka());
    }

    /** The proxy between the services and Kafka, PostgreSQL or Vault in a stack with {@link StackBuilder#cuttable()}. */
    public TcpProxy proxy(Part part) {
        return included(Optional.ofNullable(proxies.get(part)), "a proxy of " + part.name());
    }

    /** Port at which the CA validates http-01. */
    public int http01Port() {
        return pebble().http01Port();
    }

    /** Base of the REST API: the order-service. */
    public URI rest() {
        return service("order-service").address();
    }

    /** The service token of an admin. */
    public String restToken() {
        return included(restToken, "the fleet");
    }

    public RequestCounts counts() {
        return acmeProxy().counts();
    }

    /** PEM of the root of issued certificates. */
    public String issuingRoot() {
        return pebble().issuingRoot();
    }

    /** The target host's name. */
    public String host() {
        return settings.host();
    }

    public RunFolder run() {
        return run;
    }

    public List<Part> parts() {
        return tiers.parts();
    }

    /** Stops all parts and removes the run folder, unless the builder keeps it. */
    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, so the hook cannot be removed and has nothing left to do.
            return;
        }
    }

    private synchronized void stopAll() {
        try {
            requestedSites.ifPresent(RequestedSites::close);
            tiers.stop();
        } finally {
            hostDisk.ifPresent(HostDisk::close);
            if (settings.keepRunFolder()) {
                run.pids().sweep();
            } else {
                run.clear();
            }
        }
    }

    private static <T> T included(Optional<T> part, String name) {
        return part.orElseThrow(() -> new IllegalStateException(name + " " + NOT_INCLUDED));
    }
}
