package dev.perennial.testbed.fleet;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.ca.AcmeProxy;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.postgres.PostgresPart;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.vault.AppRole;
import dev.perennial.testbed.vault.VaultPart;
import dev.perennial.testbed.web.ConfigTestGate;
import dev.perennial.testbed.web.NginxPart;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Configures the services for the parts of the testbed. */
public final class Fleet {
    /** The issuer's name in configuration, paths and events. */
    public static final String ISSUER = "pebble";

    /** BIND's name among the validation-service's DNS providers. */
    public static final String DNS_PROVIDER = "bind";

    private static final List<String> MODULES =
            List.of("order-service", "validation-service", "issuance-service", "deploy-agent");

    /** The addresses of the parts for the services. */
    public record Addresses(String bootstrapServers, String jdbcUrl, URI vault) {}

    /**
     * @param resolver {@code ip:port} of the DNS server that the fleet queries
     * @param bind server for dns-01 records; without it there is no dns-01
     * @param otlp endpoint for spans; without it there is no tracing
     * @param bootstrapTokenFile file with the token that creates the first service tokens
     * @param allowedSuffixes the order-service refuses names outside of them
     * @param http01Port port at which the CA validates http-01
     * @param tlsAlpn01Port port at which the CA validates tls-alpn-01 and the validation-service listens; empty with several replicas
     * @param issuers the issuers by name, each with its deviations from the default settings
     * @param ownAcmeProxies the own proxies of issuers, by the issuer's name
     * @param serviceProperties properties by module, which override all others
     * @param recordAotCaches whether the services write their ahead-of-time caches when they stop
     * @param simulatedClocks whether the clocks of the services can be set
     */
    public record Parts(
            Addresses addresses,
            PostgresPart postgres,
            VaultPart vault,
            String resolver,
            Optional<BindPart> bind,
            AcmeProxy acmeProxy,
            NginxPart nginx,
            ConfigTestGate configTest,
            Optional<URI> otlp,
            Path bootstrapTokenFile,
            List<String> allowedSuffixes,
            String host,
            int http01Port,
            OptionalInt tlsAlpn01Port,
            Map<String, Map<String, Object>> issuers,
            Map<String, AcmeProxy> ownAcmeProxies,
            Map<String, Map<String, String>> serviceProperties,
            boolean recordAotCaches,
            boolean simulatedClocks) {
        public Parts {
            issuers = Map.copyOf(issuers);
            ownAcmeProxies = Map.copyOf(ownAcmeProxies);
            allowedSuffixes = List.copyOf(allowedSuffixes);
            serviceProperties = Map.copyOf(serviceProperties);
        }
    }

    private final RunFolder run;
    private final Launcher launcher;
    private final Checkout checkout;
    private final Parts parts;

    public Fleet(RunFolder run, Launcher launcher, Checkout checkout, Parts parts) {
        this.run = run;
        this.launcher = launcher;
        this.checkout = checkout;
        this.parts = parts;
    }

    /** Whether each service, as it is packaged now, has an ahead-of-time cache. */
    public static boolean hasAotCaches(Checkout checkout) {
        return MODULES.stream()
                .map(module -> AotCache.of(checkout, module))
                .allMatch(cache -> cache.exists(ServicePart.jvmFlags()));
    }

    public ServicePart orderService(int replica, int httpPort) {
        Map<String, String> own = new HashMap<>();
        own.put(
                "perennial.issuers.file",
                run.write("issuers.yaml", TestbedIssuers.file(this::acmeProxy, parts.issuers()))
                        .toString());
        own.put("perennial.requests.default-issuer", ISSUER);
        // One person operates the testbed.
        own.put("perennial.four-eyes", "off");
        own.put(
                "perennial.rest.bootstrap-token-file",
                parts.bootstrapTokenFile().toString());
        own.put("perennial.policy.allowed-suffixes", String.join(",", parts.allowedSuffixes()));
        own.put("perennial.dns.resolver", parts.resolver());
        own.put("perennial.status.allowed-networks", "127.0.0.0/8");
        own.put("perennial.doctor.http01-port", Integer.toString(parts.http01Port()));
        parts.tlsAlpn01Port().ifPresent(port -> own.put("perennial.doctor.tlsalpn01-port", Integer.toString(port)));
        parts.bind().ifPresent(bind -> own.put("perennial.doctor.authoritative-port", Integer.toString(bind.port())));
        own.put("quarkus.datasource.jdbc.url", parts.addresses().jdbcUrl());
        own.put("quarkus.datasource.username", PostgresPart.ROLE);
        Map<String, String> environment =
                Map.of("PGPASSFILE", parts.postgres().passwordFile().toString());
        return service(
                replica("order-service", replica),
                parts.vault().appRole("order-service"),
                "order-service",
                httpPort,
                own,
                environment);
    }

    private AcmeProxy acmeProxy(String issuer) {
        return parts.ownAcmeProxies().getOrDefault(issuer, parts.acmeProxy());
    }

    public ServicePart validationService(int replica, int httpPort) {
        Map<String, String> own = new HashMap<>();
        own.put("perennial.http01.port", Integer.toString(parts.http01Port()));
        parts.tlsAlpn01Port().ifPresent(port -> {
            own.put("perennial.tlsalpn01.listen-port", Integer.toString(port));
            own.put("perennial.tlsalpn01.port", Integer.toString(port));
        });
        own.put("perennial.dns.resolver", parts.resolver());
        parts.bind().ifPresent(bind -> {
            own.put("perennial.dns-providers." + DNS_PROVIDER + ".type", "rfc2136");
            own.put("perennial.dns-providers." + DNS_PROVIDER + ".server", bind.resolver());
            own.put("perennial.dns01.authoritative-port", Integer.toString(bind.port()));
        });
        return service(
                replica("validation-service", replica),
                parts.vault().appRole("validation-service"),
                "validation-service",
                httpPort,
                own,
                Map.of());
    }

    public ServicePart issuanceService(int replica, int httpPort) {
        return service(
                replica("issuance-service", replica),
                parts.vault().appRole("issuance-service"),
                "issuance-service",
                httpPort,
                Map.of(),
                Map.of());
    }

    public ServicePart deployAgent(int httpPort) {
        String name = "deploy-agent." + parts.host();
        Path hostFile = run.write(
                "services/" + name + ".yaml", AgentHostFile.of(parts.host(), parts.nginx(), parts.configTest()));
        return service(
                name,
                new AppRole(
                        agentFolder(run, parts.host()).resolve("role-id"),
                        agentFolder(run, parts.host()).resolve("secret-id")),
                "deploy-agent",
                httpPort,
                Map.of(
                        "perennial.agent.host-file",
                        hostFile.toString(),
                        "perennial.agent.signing-key-file",
                        agentFolder(run, parts.host())
                                .resolve("signing-key.json")
                                .toString()),
                Map.of());
    }

    /** The folder into which {@code deploy-agent enroll} writes. */
    public static Path agentFolder(RunFolder run, String host) {
        return run.root().resolve("services").resolve("deploy-agent." + host);
    }

    private static String replica(String module, int replica) {
        return replica == 1 ? module : module + "." + replica;
    }

    private ServicePart service(
            String name,
            AppRole appRole,
            String module,
            int httpPort,
            Map<String, String> own,
            Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>(own);
        properties.put("kafka.bootstrap.servers", parts.addresses().bootstrapServers());
        if (!module.equals("deploy-agent")) {
            properties.put("perennial.acme.allowed-networks", "127.0.0.0/8");
        }
        properties.put("perennial.vault.address", parts.addresses().vault().toString());
        properties.put("perennial.vault.role-id-file", appRole.roleIdFile().toString());
        properties.put("perennial.vault.secret-id-file", appRole.secretIdFile().toString());
        parts.otlp()
                .ifPresentOrElse(
                        endpoint -> properties.put("quarkus.otel.exporter.otlp.endpoint", endpoint.toString()),
                        () -> properties.put("quarkus.otel.sdk.disabled", "true"));
        properties.putAll(parts.serviceProperties().getOrDefault(module, Map.of()));
        var spec = new ServiceSpec(
                name,
                checkout.serviceJar(module),
                AotCache.of(checkout, module),
                parts.recordAotCaches(),
                httpPort,
                properties,
                environment,
                parts.simulatedClocks() ? Optional.of(new SimulatedClock(run, name)) : Optional.empty());
        return new ServicePart(run, launcher, spec);
    }
}
