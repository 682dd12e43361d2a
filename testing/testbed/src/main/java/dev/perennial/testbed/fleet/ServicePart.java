package dev.perennial.testbed.fleet;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.StackBuilder;
import dev.perennial.testbed.process.JavaProgram;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A service of Perennial. Its readiness check determines when it is ready. */
public final class ServicePart extends ProgramPart {
    private static final int HEAP_MEGABYTES = 64;
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final ServiceSpec spec;
    private final int managementPort = Ports.free();
    private final Map<String, String> changes = new ConcurrentHashMap<>();
    private Optional<AotCache.Recording> recording = Optional.empty();

    public ServicePart(RunFolder run, Launcher launcher, ServiceSpec spec) {
        super(spec.name(), run, launcher);
        this.spec = spec;
    }

    @Override
    public URI address() {
        return Ports.loopback("http", spec.httpPort());
    }

    /** Health and metrics ({@code /q/metrics}). */
    public URI management() {
        return Ports.loopback("http", managementPort);
    }

    @Override
    public Optional<URI> healthUrl() {
        return Optional.of(management().resolve("/q/health/ready"));
    }

    @Override
    protected Duration startLimit() {
        return START_LIMIT;
    }

    @Override
    protected Program program() {
        Map<String, String> properties = new TreeMap<>(spec.properties());
        properties.putAll(changes);
        properties.put("quarkus.http.host", "127.0.0.1");
        properties.put("quarkus.http.port", Integer.toString(spec.httpPort()));
        properties.put("quarkus.management.host", "127.0.0.1");
        properties.put("quarkus.management.port", Integer.toString(managementPort));
        Path file = run.write("services/" + name() + ".properties", text(properties));
        List<String> flags = jvmFlags();
        if (spec.recordAotCache()) {
            recording = Optional.of(spec.aotCache().record(flags));
        }
        List<String> arguments =
                new ArrayList<>(recording.map(AotCache.Recording::jvmOptions).orElseGet(() -> spec.aotCache()
                        .jvmOptions(flags)));
        arguments.addAll(
                List.of("-Dquarkus.config.locations=" + file, "-jar", spec.jar().toString()));
        List<String> command = JavaProgram.command(HEAP_MEGABYTES, arguments);
        Map<String, String> environment = new HashMap<>(spec.environment());
        spec.clock().ifPresent(clock -> environment.putAll(clock.environment()));
        return new Program(name(), command, environment, run.folder("services/" + name()));
    }

    /** Changes the configuration from the next start on. */
    public void setProperty(String key, String value) {
        changes.put(key, value);
    }

    /** Sets the clock of the process ahead of the machine's; see {@link StackBuilder#simulatedClocks}. */
    public void setClock(Duration ahead) {
        spec.clock()
                .orElseThrow(() -> new IllegalStateException(name() + " uses the clock of the machine"))
                .set(ahead);
    }

    @Override
    protected Duration stopGrace() {
        return spec.recordAotCache() ? AotCache.WRITE_TIMEOUT : super.stopGrace();
    }

    /** Makes the ahead-of-time cache that this run wrote when it was stopped the one that later runs use. */
    public void publishAotCache() {
        spec.aotCache().publish(recording.orElseThrow());
    }

    static List<String> jvmFlags() {
        return JavaProgram.flags(HEAP_MEGABYTES);
    }

    private static String text(Map<String, String> properties) {
        StringBuilder text = new StringBuilder();
        properties.forEach((key, value) ->
                text.append(key).append('=').append(value.replace("\\", "\\\\")).append('\n'));
        return text.toString();
    }
}
