package dev.perennial.testbed.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.enrolment.HostIdentity;
import dev.perennial.enrolment.JsonHttp;
import dev.perennial.enrolment.ServerTls;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.ca.TestAuthority;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenBao: initialised, unsealed and provisioned over its API. By default its storage is in memory, which is faster; storage on
 * disk (raft) survives a kill. {@link #seal()} and {@link #unseal()} are an outage without a loss of data for both.
 */
public final class VaultPart extends ProgramPart {
    private static final int NOT_INITIALISED = 501;
    private static final int SEALED = 503;
    private static final int READY = 200;

    private final Path bao;
    private final boolean onDisk;
    private final VaultProvisioning provisioning;
    private final int port = Ports.free();
    private final int tlsPort = Ports.free();
    private final int clusterPort = Ports.free();
    private final TestAuthority authority = new TestAuthority("Perennial testbed's Vault");
    private volatile String rootToken;
    private volatile String unsealKey;

    /** @param onDisk whether the data survives a kill */
    public VaultPart(RunFolder run, Launcher launcher, Path bao, boolean onDisk) {
        super("vault", run, launcher);
        this.bao = bao;
        this.onDisk = onDisk;
        this.provisioning = new VaultProvisioning(run);
    }

    @Override
    public URI address() {
        return Ports.loopback("http", port);
    }

    /** The API over TLS, for clients that require it. */
    public URI tlsAddress() {
        return Ports.loopback("https", tlsPort);
    }

    /** PEM of the root that clients of {@link #tlsAddress()} must trust. */
    public String tlsRoot() {
        return authority.rootPem();
    }

    @Override
    public Optional<URI> healthUrl() {
        return Optional.of(address().resolve("/v1/sys/health"));
    }

    /** Has all permissions; random. */
    public String rootToken() {
        return rootToken;
    }

    /** The API with the root token. */
    public VaultApi api() {
        return new VaultApi(address(), Optional.of(rootToken));
    }

    /** The API with another token or none. */
    public VaultApi api(Optional<String> token) {
        return new VaultApi(address(), token);
    }

    /** The identities of hosts, with the rights of an operator. */
    public HostIdentity hosts() {
        return new HostIdentity(
                new JsonHttp(ServerTls.ofJdk().context()),
                address(),
                provisioning.operatorToken(),
                VaultProvisioning.TOKEN_LIFE);
    }

    /** The token of an operator who enrols hosts. */
    public Path operatorTokenFile() {
        return provisioning.operatorTokenFile();
    }

    /** The credentials of a service. */
    public AppRole appRole(String name) {
        return provisioning.appRole(name);
    }

    public void seal() {
        api().put("sys/seal", Map.of());
    }

    public void unseal() {
        api(Optional.empty()).put("sys/unseal", Map.of("key", unsealKey));
        if (!Await.until(Duration.ofSeconds(10), () -> api().health() == READY)) {
            throw PartFailedException.withLog(name(), "is not active after unsealing", run.log(name()));
        }
    }

    @Override
    protected Program program() {
        Path folder = run.folder(name());
        var identity = authority.issue("127.0.0.1", "localhost");
        Path configuration = run.write("vault/config.json", """
                {
                  "storage": %5$s,
                  "listener": [
                    {"tcp": {"address": "127.0.0.1:%1$d", "cluster_address": "127.0.0.1:%6$d", "tls_disable": true}},
                    {"tcp": {"address": "127.0.0.1:%2$d", "tls_cert_file": "%3$s", "tls_key_file": "%4$s"}}
                  ],
                  "api_addr": "http://127.0.0.1:%1$d",
                  "cluster_addr": "https://127.0.0.1:%6$d",
                  "log_level": "info",
                  "ui": false
                }
                """.formatted(
                        port,
                        tlsPort,
                        run.write("vault/tls.pem", identity.certificate()),
                        run.writeSecret("vault/tls.key", identity.privateKey()),
                        onDisk
                                ? "{\"raft\": {\"path\": \"" + run.folder("vault/data") + "\", \"node_id\": \"vault\"}}"
                                : "{\"inmem\": {}}",
                        clusterPort));
        List<String> command = List.of(bao.toString(), "server", "-config=" + configuration);
        return new Program(name(), command, Map.of(), folder);
    }

    @Override
    protected boolean ready() {
        return api(Optional.empty()).health() == (initialised() ? SEALED : NOT_INITIALISED);
    }

    private boolean initialised() {
        return unsealKey != null;
    }

    @Override
    protected void prepare() {
        if (initialised()) {
            unseal();
            return;
        }
        try {
            JsonNode keys = api(Optional.empty()).put("sys/init", Map.of("secret_shares", 1, "secret_threshold", 1));
            unsealKey = keys.required("keys_base64").required(0).asText();
            rootToken = keys.required("root_token").asText();
            run.writeSecret("vault/root-token", rootToken);
            unseal();
            provisioning.apply(api());
        } catch (RuntimeException e) {
            stop();
            throw new PartFailedException(name(), "could not be set up", e);
        }
    }
}
