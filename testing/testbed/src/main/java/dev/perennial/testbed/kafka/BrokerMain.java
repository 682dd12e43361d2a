package dev.perennial.testbed.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** The broker's process: formats its folder if necessary, and runs until SIGTERM. This saves a second JVM for formatting. */
final class BrokerMain {
    static final String READY = "broker is ready";

    private BrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        Properties properties = read(Path.of(arguments[0]));
        format(Path.of(properties.getProperty("log.dirs")), properties.getProperty("perennial.cluster.id"));
        properties.remove("perennial.cluster.id");
        var server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.shutdown();
            server.awaitShutdown();
        }));
        server.startup();
        System.out.println(READY);
        server.awaitShutdown();
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }

    private static void format(Path folder, String clusterId) throws Exception {
        Files.createDirectories(folder);
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setNodeId(1)
                .setClusterId(clusterId)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .setIgnoreFormatted(true)
                .setPrintStream(System.out)
                .run();
    }
}
