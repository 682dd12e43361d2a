package dev.perennial.testbed.traces;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.JavaProgram;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Zipkin with its spans in memory. */
public final class ZipkinPart extends ProgramPart {
    private static final int HEAP_MEGABYTES = 256;
    private final Checkout checkout;
    private final int port = Ports.free();

    public ZipkinPart(RunFolder run, Launcher launcher, Checkout checkout) {
        super("zipkin", run, launcher);
        this.checkout = checkout;
    }

    @Override
    public URI address() {
        return Ports.loopback("http", port);
    }

    @Override
    public Optional<URI> healthUrl() {
        return Optional.of(address().resolve("/health"));
    }

    /** The page that shows one trace. */
    public URI page(String traceId) {
        return address().resolve("/zipkin/traces/" + traceId);
    }

    @Override
    protected Program program() {
        List<String> command = JavaProgram.command(
                HEAP_MEGABYTES,
                List.of(
                        "-Djava.io.tmpdir=" + run.folder(name()),
                        "-jar",
                        checkout.zipkinJar().toString(),
                        "--armeria.ports[0].ip=127.0.0.1",
                        "--armeria.ports[0].port=" + port,
                        "--armeria.ports[0].protocols[0]=http",
                        "--logging.level.root=WARN"));
        return new Program(name(), command, Map.of(), run.folder(name()));
    }
}
