package dev.perennial.testbed.identity;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.HealthCheck;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Keycloak in development mode with one imported realm. Its database is in memory. */
public final class KeycloakPart extends ProgramPart {
    private final Path installed;
    private final String realm;
    private final String realmJson;
    private final int port = Ports.free();

    /** @param realmJson the representation of the realm, as the server exports it */
    public KeycloakPart(RunFolder run, Launcher launcher, Checkout checkout, String realm, String realmJson) {
        super("keycloak", run, launcher);
        this.installed =
                checkout.tool("bin/kc.sh", "KEYCLOAK_VERSION").getParent().getParent();
        this.realm = realm;
        this.realmJson = realmJson;
    }

    @Override
    public URI address() {
        return Ports.loopback("http", port);
    }

    /** The {@code iss} of its tokens. */
    public String issuer() {
        return address() + "/realms/" + realm;
    }

    @Override
    public Optional<URI> healthUrl() {
        return Optional.of(URI.create(issuer() + "/.well-known/openid-configuration"));
    }

    /** The first start builds the server for its configuration. */
    @Override
    protected Duration startLimit() {
        return Duration.ofMinutes(4);
    }

    @Override
    protected boolean ready() {
        return HealthCheck.answers(healthUrl().orElseThrow());
    }

    @Override
    protected Program program() {
        Path home = run.folder(name()).resolve("home");
        if (!Files.exists(home)) {
            // The server writes into its own folder.
            copy(installed, home);
        }
        run.write(name() + "/home/data/import/" + realm + ".json", realmJson);
        List<String> command = List.of(
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--db=dev-mem",
                "--import-realm");
        return new Program(
                name(),
                command,
                Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS_APPEND", "-Xmx512m"),
                run.folder(name()));
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
