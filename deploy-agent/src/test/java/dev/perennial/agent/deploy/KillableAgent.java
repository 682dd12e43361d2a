package dev.perennial.agent.deploy;

import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that deploys one bundle and halts at a crash point, without a shutdown hook, a finally block or a flush.
 */
final class KillableAgent {
    static final int HALTED = 137;

    private KillableAgent() {}

    public static void main(String[] arguments) throws IOException {
        HostFile host = HostFile.read(Path.of(arguments[0]));
        CrashPoint death = CrashPoint.valueOf(arguments[2]);
        AtomicBoolean armed = new AtomicBoolean(!Boolean.parseBoolean(arguments[3]));
        Deployer deployer = new Deployer(
                host,
                new HostBundles(new InMemorySecretStore(), host.host()),
                TestHost.WINDOW,
                Clock.systemUTC(),
                (point, certificateName) -> {
                    armed.compareAndSet(false, point == CrashPoint.RESTORED);
                    if (armed.get() && point == death) {
                        Runtime.getRuntime().halt(HALTED);
                    }
                },
                new SimpleMeterRegistry());
        deployer.deploy(read(Path.of(arguments[1])));
    }

    /**
     * Runs the process to its end and returns its exit code.
     *
     * @param back whether only the crash points of the rollback count
     */
    static int run(Path hostFile, Bundle bundle, Path folder, CrashPoint death, boolean back)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillableAgent.class.getName(),
                        hostFile.toString(),
                        write(bundle, folder).toString(),
                        death.name(),
                        Boolean.toString(back)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile())
                .start();
        return process.waitFor();
    }

    private static Path write(Bundle bundle, Path folder) {
        Properties properties = new Properties();
        bundle.toSecret().forEach(properties::setProperty);
        Path file = folder.resolve("bundle.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bundle read(Path file) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(file)) {
            properties.load(in);
        }
        Map<String, String> fields = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> fields.put(name, properties.getProperty(name)));
        return Bundle.from(new Secret(1, fields));
    }
}
