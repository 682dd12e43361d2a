package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.onefile.OneFileLocation;
import dev.perennial.agent.targets.onefile.OneFileTarget;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CloudEvent;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A host with a web server, its host file, and its bundles in a secret store. */
final class TestHost implements AutoCloseable {
    static final String NAME = "web-1";
    static final Duration WINDOW = Duration.ofMillis(20);

    final TestBundles ca = new TestBundles();
    final InMemorySecretStore store = new InMemorySecretStore();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ReloadingTlsServer server;
    final HostFile file;
    final HostBundles bundles;
    private final Path folder;
    private final List<Deployer> deployers = new ArrayList<>();

    TestHost(Path folder) throws IOException, GeneralSecurityException {
        this(folder, FileKind.INCLUDE);
    }

    TestHost(Path folder, FileKind kind) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.server = new ReloadingTlsServer(Files.createDirectories(folder.resolve("server")));
        Path yaml = Files.writeString(folder.resolve("agent.yaml"), """
                host: %s
                servers:
                  test:
                    test: [%s]
                    reload: [%s]
                    settle: 600ms
                    timeout: 20s
                certificates:
                  - match: "*"
                    server: test
                    directory: %s/certificates/{name}
                %s    verify: [{port: %d}]
                """.formatted(
                        NAME,
                        server.command("test"),
                        server.command("reload"),
                        folder,
                        kind.entry(folder, server.includes()),
                        server.port()));
        this.file = HostFile.read(yaml);
        this.bundles = new HostBundles(store, NAME);
    }

    Deployer deployer() {
        return deployer((point, name) -> {});
    }

    /** Stands for a new process of the agent. */
    Deployer deployer(CrashPoints crashPoints) {
        return deployer(crashPoints, Clock.systemUTC());
    }

    Deployer deployer(CrashPoints crashPoints, Clock clock) {
        Deployer deployer = new Deployer(file, bundles, WINDOW, clock, crashPoints, meters);
        deployers.add(deployer);
        return deployer;
    }

    DryRunHandler rehearsals(Consumer<CloudEvent> publisher) {
        return rehearsals(bundles, publisher);
    }

    DryRunHandler rehearsals(HostBundles bundles, Consumer<CloudEvent> publisher) {
        return new DryRunHandler(
                NAME,
                bundles,
                deployer()::dryRun,
                publisher,
                meters,
                Clock.systemUTC(),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5));
    }

    Target target(String name) {
        return file.targets(name, (point, certificate) -> {}).getFirst();
    }

    OneFileLocation location(String name) {
        return ((OneFileTarget) target(name)).location();
    }

    /** Stores a bundle as the issuance-service does. */
    void store(Bundle bundle) {
        SecretPath path = SecretPath.hostCopy(NAME, bundle.certificateId());
        long version = store.read(path).map(secret -> secret.version()).orElse(0L);
        assertThat(store.replace(path, bundle.toSecret(), version)).isPresent();
    }

    /** The same for a rehearsal. */
    void storeRehearsal(Bundle bundle) {
        store.createOnly(SecretPath.rehearsalCopy(NAME, bundle.orderId()), bundle.toSecret());
    }

    Bundle issued(String name) {
        return issued(CertificateId.next(), name);
    }

    Bundle issued(CertificateId certificate, String name) {
        Bundle bundle = ca.bundle(certificate, name);
        store(bundle);
        return bundle;
    }

    boolean serves(Bundle bundle) {
        return new ServedCertificateCheck()
                        .prove(
                                target(bundle.name()).verifications(),
                                ExpectedCertificate.of(Pem.certificates(bundle.chain())),
                                Context.root())
                instanceof ProofResult.Proven;
    }

    /** The target of the link {@code live/<name>}. */
    Path live(String name) {
        try {
            return Files.readSymbolicLink(folder.resolve("certificates/live").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T, R> List<R> together(List<T> items, java.util.function.Function<T, R> work) {
        List<Future<R>> futures;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            futures = items.stream()
                    .map(item -> executor.submit(() -> work.apply(item)))
                    .toList();
        }
        return futures.stream().map(Future::resultNow).toList();
    }

    @Override
    public void close() throws IOException {
        deployers.forEach(Deployer::close);
        server.close();
    }
}
