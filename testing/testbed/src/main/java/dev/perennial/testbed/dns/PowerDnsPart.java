package dev.perennial.testbed.dns;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import dev.perennial.testbed.process.SystemProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** PowerDNS with an SQLite database and its API, which creates the zones. */
public final class PowerDnsPart extends ProgramPart {
    private static final Path SCHEMA = Path.of("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql");

    private final String address;
    private final int port;
    private final int apiPort = Ports.free();
    private final List<String> zones;
    private final String apiKey =
            "key-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    private Optional<Path> updatePolicy = Optional.empty();

    public PowerDnsPart(RunFolder run, Launcher launcher, List<String> zones) {
        this(run, launcher, "127.0.0.1", Ports.free(), zones);
    }

    /**
     * Listens on another address of loopback, which BIND does not support.
     *
     * @param zones zones with SOA and NS records ({@code ns1.<zone>}) only; no trailing dot
     */
    public PowerDnsPart(RunFolder run, Launcher launcher, String address, int port, List<String> zones) {
        super("powerdns", run, launcher);
        this.address = address;
        this.port = port;
        this.zones = List.copyOf(zones);
    }

    /**
     * Permits the updates (RFC 2136) that this script permits; nothing else limits them then. Before the start.
     *
     * @param script for {@code lua-dnsupdate-policy-script}
     */
    public PowerDnsPart withUpdatePolicy(Path script) {
        updatePolicy = Optional.of(script);
        return this;
    }

    @Override
    public URI address() {
        return URI.create("tcp://" + address + ":" + port);
    }

    /** {@code ip:port}; UDP and TCP. */
    public String resolver() {
        return address + ":" + port;
    }

    public URI api() {
        return Ports.loopback("http", apiPort);
    }

    public String apiKey() {
        return apiKey;
    }

    @Override
    public boolean healthy() {
        return super.healthy() && Ports.accepts(api());
    }

    @Override
    protected Program program() {
        Path folder = run.folder(name());
        Path database = folder.resolve("pdns.sqlite3");
        if (!Files.exists(database)) {
            create(database);
        }
        run.writeSecret(
                "powerdns/pdns.conf",
                """
                launch=gsqlite3
                gsqlite3-database=%1$s
                local-address=%2$s
                local-port=%3$d
                socket-dir=%4$s
                api=yes
                api-key=%5$s
                webserver=yes
                webserver-address=127.0.0.1
                webserver-port=%6$d
                webserver-allow-from=127.0.0.0/8
                cache-ttl=0
                query-cache-ttl=0
                negquery-cache-ttl=0
                guardian=no
                daemon=no
                disable-syslog=yes
                """.formatted(database, address, port, folder, apiKey, apiPort)
                        + updatePolicy
                                .map(script -> "dnsupdate=yes\nlua-dnsupdate-policy-script=" + script + "\n")
                                .orElse(""));
        List<String> command =
                List.of(SystemProgram.find("pdns_server", "pdns-server").toString(), "--config-dir=" + folder);
        return new Program(name(), command, Map.of(), folder);
    }

    /** Creates the tables; the server ends immediately without them. */
    private void create(Path database) {
        try {
            if (!Files.exists(SCHEMA)) {
                throw new PartFailedException(
                        name(), "has no schema at " + SCHEMA + "; apt-get install pdns-backend-sqlite3");
            }
            Process process = new ProcessBuilder(
                            SystemProgram.find("sqlite3", "sqlite3").toString(), database.toString())
                    .redirectInput(SCHEMA.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new PartFailedException(name(), "could not create its database: " + output);
            }
        } catch (IOException e) {
            throw new PartFailedException(name(), "could not create its database", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(name(), "was interrupted", e);
        }
    }

    @Override
    protected void prepare() {
        String failures = zones.stream()
                .map(this::create)
                .filter(failure -> !failure.isEmpty())
                .collect(Collectors.joining("; "));
        if (!failures.isEmpty()) {
            stop();
            throw new PartFailedException(name(), "could not create its zones: " + failures);
        }
    }

    private String create(String zone) {
        return post("zones", """
                {"name": "%1$s.", "kind": "Native", "nameservers": ["ns1.%1$s."]}""".formatted(zone));
    }

    /**
     * Adds a TSIG key (hmac-sha256).
     *
     * @param secret base64
     */
    public void addKey(String keyName, String secret) {
        String failure = post("tsigkeys", """
                {"name": "%s", "algorithm": "hmac-sha256", "key": "%s"}""".formatted(keyName, secret));
        if (!failure.isEmpty()) {
            throw new PartFailedException(name(), "did not accept the key: " + failure);
        }
    }

    /** @return empty after a success, otherwise the response */
    private String post(String path, String body) {
        var request = HttpRequest.newBuilder(api().resolve("/api/v1/servers/localhost/" + path))
                .header("X-API-Key", apiKey)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            // 409: it exists since an earlier start.
            return response.statusCode() / 100 == 2 || response.statusCode() == 409 ? "" : response.body();
        } catch (IOException e) {
            throw new PartFailedException(name(), "its API does not respond", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(name(), "was interrupted", e);
        }
    }
}
