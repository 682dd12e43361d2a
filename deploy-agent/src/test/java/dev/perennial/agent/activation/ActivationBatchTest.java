package dev.perennial.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.LoopbackTlsServer;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.Trial;
import dev.perennial.agent.targets.Verification;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.vault.Bundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches of targets in memory; the endpoints of their proofs are real TLS servers. */
class ActivationBatchTest {
    private final Bundle before = new TestBundles().bundle(CertificateId.next(), "shop");
    private final Bundle after = new TestBundles().bundle(CertificateId.next(), "shop");
    private final Servers servers = new Servers();
    private final Map<String, DeploymentResult> results = new HashMap<>();
    private LoopbackTlsServer showsBefore;
    private LoopbackTlsServer showsAfter;

    @BeforeEach
    void start() throws IOException {
        showsBefore = LoopbackTlsServer.of(before.chain(), before.privateKey());
        showsAfter = LoopbackTlsServer.of(after.chain(), after.privateKey());
    }

    @AfterEach
    void stop() throws IOException {
        showsBefore.close();
        showsAfter.close();
    }

    @Test
    void findsOneBadCertificateWithFewReloads() {
        List<InMemoryTarget> targets = targets(16);
        InMemoryTarget bad = targets.get(11);
        servers.refuse(target -> target == bad);

        run(targets);

        assertThat(results.remove(bad.certificateName())).isInstanceOf(DeploymentResult.RolledBack.class);
        assertThat(results.values()).hasSize(15).allSatisfy(result -> assertThat(result)
                .isInstanceOf(DeploymentResult.Deployed.class));
        assertThat(servers.reloads)
                .as("the halves without it: 8, 4, 2 and 1 certificates; its rollback")
                .isEqualTo(5);
    }

    @Test
    void commitsWhatIsProvenIfAnotherProofFailsWithADefect() {
        List<InMemoryTarget> targets = targets(3);
        InMemoryTarget defective = targets.get(1);
        defective.broken = Optional.of(Verification.tls("127.0.0.1", 99_999, new Verification.Names.All()));

        run(targets);

        assertThat(results.remove(defective.certificateName())).isInstanceOf(DeploymentResult.Unproven.class);
        assertThat(defective.active).isEqualTo("old");
        assertThat(results.values()).hasSize(2).allSatisfy(result -> assertThat(result)
                .isInstanceOf(DeploymentResult.Deployed.class));
        assertThat(targets.get(0).committed && targets.get(2).committed).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // configured, the latest test and reload, limit
        "5, 0.1, 5",
        "5, 2, 20",
        "5, 30, 30",
        "60, 30, 60"
    })
    void limitsAProofByTheTimeOfTheLatestCommands(double configured, double commands, double limit) {
        assertThat(ActivationBatch.verifyTimeout(seconds(configured), seconds(commands)))
                .isEqualTo(seconds(limit));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    @Test
    void measuresOnlyTheLatestCommands() {
        GroupActions actions = new GroupActions(servers, (point, name) -> {}, new SimpleMeterRegistry());

        actions.validateAndApply(List.of());
        Duration first = actions.latest();
        assertThat(first).isEqualTo(actions.spent());
        actions.validateAndApply(List.of());

        assertThat(first.plus(actions.latest())).isEqualTo(actions.spent());
    }

    private List<InMemoryTarget> targets(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new InMemoryTarget("shop" + i))
                .toList();
    }

    private void run(List<InMemoryTarget> targets) {
        servers.targets.addAll(targets);
        new ActivationBatch(
                        servers,
                        new GroupActions(servers, (point, name) -> {}, new SimpleMeterRegistry()),
                        new ServedCertificateCheck(),
                        (point, name) -> {},
                        (one, result) -> results.put(one.target().certificateName(), result))
                .run(targets.stream().map(this::activation).toList());
    }

    private Activation activation(InMemoryTarget target) {
        return new Activation(
                target,
                new Generation(Path.of("generations", "new"), after.fingerprint()),
                ExpectedCertificate.of(Pem.certificates(after.chain())),
                Context.root());
    }

    /** A group whose validation refuses some active targets. */
    private static final class Servers implements TargetGroup {
        private final List<InMemoryTarget> targets = new ArrayList<>();
        private Predicate<InMemoryTarget> refused = target -> false;
        private int reloads;

        void refuse(Predicate<InMemoryTarget> which) {
            refused = which;
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public Path lock() {
            throw new AssertionError("the caller of a batch locks");
        }

        @Override
        public Duration verifyTimeout() {
            return Duration.ofMillis(500);
        }

        @Override
        public Optional<Problem> validate() {
            return targets.stream().anyMatch(target -> target.active.equals("new") && refused.test(target))
                    ? Optional.of(Problem.of(ErrorCode.CONFIG_TEST_FAILED, "refused"))
                    : Optional.empty();
        }

        @Override
        public Optional<Problem> apply(List<Target> changed) {
            reloads++;
            return Optional.empty();
        }
    }

    private final class InMemoryTarget implements Target {
        private final String name;
        private Optional<Verification> broken = Optional.empty();
        private String active = "old";
        private boolean committed;

        InMemoryTarget(String name) {
            this.name = name;
        }

        @Override
        public String certificateName() {
            return name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public TargetGroup group() {
            return servers;
        }

        @Override
        public List<Verification> verifications() {
            return List.of(broken.orElseGet(() -> (active.equals("new") ? showsAfter : showsBefore).verification()));
        }

        @Override
        public void preparePlaceholder() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void activate(Generation generation) {
            active = generation.name();
        }

        @Override
        public void commit() {
            committed = true;
        }

        @Override
        public Optional<X509Certificate> previousLeaf() {
            return Optional.of(Pem.firstCertificate(before.chain()));
        }

        @Override
        public void restore() {
            active = "old";
        }

        @Override
        public void endRollback() {}

        @Override
        public Optional<CertificateId> holder() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Generation> active(Bundle bundle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Generation prepare(Bundle bundle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Trial trial(OrderId order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Path> writtenFolders() {
            throw new UnsupportedOperationException();
        }
    }
}
