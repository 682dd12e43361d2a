package dev.perennial.testbed.ca;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** step-ca with the ACME server of its library. It has no external account binding, no profiles and no renewal information. */
public final class StepCaPart extends ProgramPart {
    private final Path program;
    private final String resolver;
    private final int http01Port;
    private final TestAuthority authority = new TestAuthority("step-ca of the testbed");
    private final int port = Ports.free();

    /**
     * @param resolver {@code ip:port} of the DNS server that it queries
     * @param http01Port port at which it validates http-01
     */
    public StepCaPart(RunFolder run, Launcher launcher, Path program, String resolver, int http01Port) {
        super("step-ca", run, launcher);
        this.program = program;
        this.resolver = resolver;
        this.http01Port = http01Port;
    }

    @Override
    public URI address() {
        return Ports.loopback("https", port);
    }

    /** The ACME directory. */
    public URI directory() {
        return address().resolve("/acme/acme/directory");
    }

    /** PEM of the root of its listener and of issued certificates. */
    public String root() {
        return authority.rootPem();
    }

    @Override
    protected Program program() {
        var intermediate = authority.intermediate("step-ca of the testbed below its root");
        Path configuration = run.write("step-ca/ca.json", """
                {
                  "root": "%1$s",
                  "crt": "%2$s",
                  "key": "%3$s",
                  "address": "127.0.0.1:%4$d",
                  "dnsNames": ["127.0.0.1"],
                  "db": {"type": "badgerv2", "dataSource": "%5$s"},
                  "authority": {"provisioners": [{"type": "ACME", "name": "acme"}]}
                }
                """.formatted(
                        run.write("step-ca/root.pem", authority.rootPem()),
                        run.write("step-ca/intermediate.pem", intermediate.certificate()),
                        run.writeSecret("step-ca/intermediate.key", intermediate.privateKey()),
                        port,
                        run.folder("step-ca/db")));
        List<String> command = List.of(
                program.toString(),
                "-config",
                configuration.toString(),
                "-resolver",
                resolver,
                "-http-01-port",
                Integer.toString(http01Port));
        return new Program(name(), command, Map.of(), run.folder(name()));
    }
}
