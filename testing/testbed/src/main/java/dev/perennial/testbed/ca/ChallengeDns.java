package dev.perennial.testbed.ca;

import dev.perennial.testbed.RunFolder;
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

/** The DNS server that Pebble queries (pebble-challtestsrv): every name resolves to 127.0.0.1, without IPv6 addresses. */
public final class ChallengeDns extends ProgramPart {
    private final Path program;
    private final OptionalInt http01Port;
    private final int dnsPort = Ports.free();
    private final int managementPort = Ports.free();

    /** @param http01Port also serves the http-01 responses of {@code /add-http01} on this port, for tests without a validation-service */
    public ChallengeDns(RunFolder run, Launcher launcher, Path program, OptionalInt http01Port) {
        super("dns", run, launcher);
        this.program = program;
        this.http01Port = http01Port;
    }

    /** {@code ip:port}; UDP and TCP. */
    public String resolver() {
        return "127.0.0.1:" + dnsPort;
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", dnsPort);
    }

    /** The management API: {@code /add-http01}, {@code /set-txt}, {@code /add-a} and others. */
    public URI management() {
        return Ports.loopback("http", managementPort);
    }

    @Override
    public boolean healthy() {
        return super.healthy() && Ports.accepts(management());
    }

    @Override
    protected Program program() {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-dnsserver",
                resolver(),
                "-management",
                "127.0.0.1:" + managementPort,
                "-https01",
                "",
                "-tlsalpn01",
                "",
                "-doh",
                "",
                "-defaultIPv4",
                "127.0.0.1",
                "-defaultIPv6",
                ""));
        command.add("-http01");
        command.add(http01Port.isPresent() ? "127.0.0.1:" + http01Port.getAsInt() : "");
        return new Program(name(), command, Map.of(), run.folder(name()));
    }
}
