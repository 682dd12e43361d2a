package dev.perennial.agent.deploy;

import dev.perennial.agent.host.HostFile;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.platform.crypto.RecordSigner;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.messaging.EventPublisher;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.signatures.SignedOrders;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Connects the handlers to Kafka, Vault, startup and shutdown. */
@ApplicationScoped
class Agent {
    private static final Logger LOG = Logger.getLogger(Agent.class);

    private final HostFile hostFile;
    private final EventReader reader;
    private final RecordProcessor processor;
    private final SignedOrders signedOrders;
    private final Deployer deployer;
    private final DeploymentHandler deployments;
    private final DryRunHandler dryRuns;
    private final Reconciliation reconciliation;
    private Thread reconciling;

    Agent(
            AgentConfig config,
            SecretStore store,
            EventReader reader,
            RecordProcessor processor,
            SignedOrders signedOrders,
            @Channel("deployments") MutinyEmitter<byte[]> emitter,
            MeterRegistry meters) {
        Clock clock = Clock.systemUTC();
        this.reader = reader;
        this.processor = processor;
        this.signedOrders = signedOrders;
        this.hostFile = HostFile.read(config.hostFile());
        HostBundles bundles = new HostBundles(store, hostFile.host());
        this.deployer = new Deployer(
                hostFile,
                bundles,
                config.batchInterval(),
                clock,
                (point, certificateName) -> LOG.debugf("%s: %s", certificateName, point),
                meters);
        deployer.deleteUnfinished();
        deployer.preparePlaceholders();
        EventPublisher publisher =
                new EventPublisher(emitter, signingKey(config).map(RecordSigner.class::cast));
        this.deployments = new DeploymentHandler(
                hostFile.host(),
                bundles,
                deployer,
                publisher::publish,
                meters,
                clock,
                config.retryTimeout(),
                config.reconcileInterval());
        this.dryRuns = new DryRunHandler(
                hostFile.host(),
                bundles,
                deployer::dryRun,
                publisher::publish,
                meters,
                clock,
                config.retryTimeout(),
                config.reconcileInterval());
        this.reconciliation = new Reconciliation(bundles, deployments, dryRuns, config.reconcileInterval());
    }

    private static Optional<SigningKey> signingKey(AgentConfig config) {
        Optional<SigningKeyFile> file = config.signingKeyFile().map(SigningKeyFile::new);
        Optional<SigningKey> key = file.map(SigningKeyFile::readOrCreate);
        key.ifPresentOrElse(
                it -> LOG.infof(
                        "reports are signed with the key %s; its public key is in %s",
                        it.id(), file.get().publicFile()),
                () -> LOG.warn(
                        "reports are not signed, because perennial.agent.signing-key-file is not set; an order-service with"
                                + " perennial.host-signatures=required refuses them. Enrol the host; see docs/operating/hosts.md#enrol"));
        return key;
    }

    void start(@Observes StartupEvent event) {
        LOG.infof("host %s, servers %s", hostFile.host(), hostFile.groups().keySet());
        reconciling = Thread.ofVirtual().name("reconciliation").start(reconciliation::run);
    }

    void stop(@Observes ShutdownEvent event) {
        reconciling.interrupt();
        deployer.close();
    }

    /** The record is acknowledged when this method returns, which is after the report is on Kafka. */
    @Incoming("issuances")
    @RunOnVirtualThread
    @Blocking(value = "deployments", ordered = false)
    CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::handle);
    }

    private void handle(ConsumerRecord<String, byte[]> record) {
        reader.dispatch(record, CertificateIssued.class, (event, issued) -> {
            if (issued.targets().contains(hostFile.host())) {
                signedOrders.verified(record, issued, hostFile.host()).ifPresent(it -> handle(record, event, it));
            }
        });
    }

    private void handle(ConsumerRecord<String, byte[]> record, CloudEvent event, CertificateIssued issued) {
        Context trace = Initiators.in(trace(record), event);
        Shutdown.guard(() -> {
            if (issued.rehearsal()) {
                dryRuns.onIssued(issued, trace);
            } else {
                deployments.onIssued(issued, trace);
            }
        });
    }

    private static Context trace(ConsumerRecord<String, byte[]> record) {
        return Span.current().getSpanContext().isValid()
                ? Context.current()
                : Spans.context(Optional.ofNullable(EventReader.headers(record).get(Spans.TRACEPARENT)));
    }
}
