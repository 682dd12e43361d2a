package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Event;
import dev.perennial.events.Identifier;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test host whose agent reports to a list, in place of Kafka. */
abstract class DeploymentHandlerSetup {
    final CertificateId shop = CertificateId.next();
    final List<CloudEvent> published = new CopyOnWriteArrayList<>();
    /** The number of reports that fail from now on. */
    final AtomicInteger refusals = new AtomicInteger();

    @TempDir
    Path folder;

    TestHost host;
    DeploymentHandler deployments;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(folder);
        deployments = newProcess(Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    Reconciliation reconciliation(DeploymentHandler on) {
        return new Reconciliation(host.bundles, on, host.rehearsals(this::publish), Duration.ofMinutes(5));
    }

    DeploymentHandler newProcess(Duration retryTimeout) {
        return newProcess(host.bundles, retryTimeout);
    }

    DeploymentHandler newProcess(HostBundles bundles, Duration retryTimeout) {
        return newProcess(bundles, retryTimeout, Clock.systemUTC());
    }

    DeploymentHandler newProcess(HostBundles bundles, Duration retryTimeout, Clock clock) {
        return newProcess(bundles, retryTimeout, clock, this::publish);
    }

    DeploymentHandler newProcess(
            HostBundles bundles, Duration retryTimeout, Clock clock, Consumer<CloudEvent> publisher) {
        return new DeploymentHandler(
                TestHost.NAME,
                bundles,
                host.deployer((point, name) -> {}, clock),
                publisher,
                host.meters,
                clock,
                retryTimeout,
                Duration.ofMinutes(5));
    }

    void publish(CloudEvent event) {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("no broker");
        }
        published.add(event);
    }

    List<Event> reports() {
        return published.stream().map(CloudEvent::data).toList();
    }

    static CertificateIssued fact(Bundle bundle, String target) {
        return new CertificateIssued(
                bundle.certificateId(),
                bundle.orderId(),
                1,
                bundle.name(),
                List.of(Identifier.dns(bundle.name() + ".example.com")),
                List.of(target),
                bundle.serial(),
                bundle.fingerprint(),
                Instant.now(),
                bundle.notAfter(),
                List.of(bundle.chain()),
                "certificates/" + bundle.certificateId(),
                1,
                false,
                Optional.empty());
    }
}
