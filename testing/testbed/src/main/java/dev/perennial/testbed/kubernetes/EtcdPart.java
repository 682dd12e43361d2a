package dev.perennial.testbed.kubernetes;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** etcd with one member: the database of the API server. */
final class EtcdPart extends ProgramPart {
    private final Path program;
    private final int port = Ports.free();
    private final int peerPort = Ports.free();

    EtcdPart(RunFolder run, Launcher launcher, Checkout checkout) {
        super("etcd", run, launcher);
        this.program = checkout.tool("etcd", "KUBERNETES_VERSION");
    }

    @Override
    public URI address() {
        return Ports.loopback("http", port);
    }

    @Override
    public Optional<URI> healthUrl() {
        return Optional.of(address().resolve("/health"));
    }

    @Override
    protected Program program() {
        String peers = Ports.loopback("http", peerPort).toString();
        List<String> command = List.of(
                program.toString(),
                "--data-dir=" + run.folder(name() + "/data"),
                "--listen-client-urls=" + address(),
                "--advertise-client-urls=" + address(),
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers);
        return new Program(name(), command, Map.of(), run.folder(name()));
    }
}
