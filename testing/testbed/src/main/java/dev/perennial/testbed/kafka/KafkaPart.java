package dev.perennial.testbed.kafka;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.JavaProgram;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;

/** The broker. Its data survives {@link #restart()}. */
public final class KafkaPart extends ProgramPart {
    private static final int HEAP_MEGABYTES = 96;
    private final Checkout checkout;
    private final List<NewTopic> topics;
    private final int port = Ports.free();
    private final int controllerPort = Ports.free();
    private final int proxyTarget = Ports.free();
    private final OptionalInt proxyPort;
    private final String clusterId = Uuid.randomUuid().toString();

    /** @param proxyPort port of a proxy to {@link #proxyTarget()}, which the broker advertises to clients behind the proxy */
    public KafkaPart(
            RunFolder run, Launcher launcher, Checkout checkout, List<NewTopic> topics, OptionalInt proxyPort) {
        super("kafka", run, launcher);
        this.proxyPort = proxyPort;
        this.checkout = checkout;
        this.topics = List.copyOf(topics);
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The port to which a proxy forwards. */
    public int proxyTarget() {
        return proxyTarget;
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", port);
    }

    @Override
    protected Program program() {
        Path folder = run.folder(name());
        Path configuration = run.write("kafka/server.properties", configuration(folder.resolve("data")));
        List<String> arguments =
                new ArrayList<>(JavaProgram.sharedArchive(checkout.programs().resolve("kafka.jsa")));
        arguments.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                checkout.programsClassPath(),
                BrokerMain.class.getName(),
                configuration.toString()));
        return new Program(name(), JavaProgram.command(HEAP_MEGABYTES, arguments), Map.of(), folder);
    }

    @Override
    protected boolean ready() {
        return Ports.accepts(address()) && logged(BrokerMain.READY);
    }

    @Override
    protected void prepare() {
        Map<String, Object> client = Map.of("bootstrap.servers", bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            for (var creation : admin.createTopics(topics).values().values()) {
                created(creation);
            }
        }
    }

    private void created(org.apache.kafka.common.KafkaFuture<Void> creation) {
        try {
            creation.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new PartFailedException(name(), "cannot create its topics", e.getCause());
            }
        } catch (TimeoutException e) {
            throw new PartFailedException(name(), "did not create its topics within 30 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(name(), "was interrupted", e);
        }
    }

    private String configuration(Path data) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,PROXIED://127.0.0.1:%5$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,PROXIED://127.0.0.1:%6$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%3$s
                perennial.cluster.id=%4$s
                auto.create.topics.enable=false
                broker.session.timeout.ms=2000
                broker.heartbeat.interval.ms=500
                num.network.threads=2
                num.io.threads=2
                background.threads=2
                log.cleaner.threads=1
                log.cleaner.dedupe.buffer.size=2097152
                offsets.topic.num.partitions=4
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=4
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                share.coordinator.state.topic.num.partitions=2
                group.initial.rebalance.delay.ms=0
                """.formatted(port, controllerPort, data, clusterId, proxyTarget, proxyPort.orElse(proxyTarget));
    }
}
