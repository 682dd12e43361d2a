package dev.perennial.testbed.web;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.ca.TestAuthority;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * nginx with one TLS server per site, in its own folder and on an unprivileged port. Sites can be added
 * while it runs.
 */
public final class NginxPart extends ProgramPart {
    /** Cannot conflict with a site, whose name begins with a letter or a digit. */
    private static final String DEFAULT_SERVER = "_default.conf";

    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(20);

    /** By the certificate's name. */
    private final Map<String, Site> sites = new LinkedHashMap<>();

    private final boolean sitesOnRequest;
    private final Path prefix;
    private final Path certificates;
    private final int port = Ports.free();
    private String balancer = "";

    /**
     * @param sitesOnRequest whether sites are added for requested certificates: the configuration test then waits for the site
     *     of each certificate that the agent has installed, and a name without a site is rejected
     */
    public NginxPart(RunFolder run, Launcher launcher, List<Site> sites, boolean sitesOnRequest) {
        super("nginx", run, launcher);
        sites.forEach(site -> this.sites.put(site.certificateName(), site));
        this.sitesOnRequest = sitesOnRequest;
        this.prefix = run.folder("nginx");
        this.certificates = run.folder("nginx/certificates");
    }

    /** Configures a load balancer on {@code port} for the responders. Call it before the start. */
    public void balance(int port, List<Integer> responders) {
        String servers = responders.stream()
                .map(responder -> "server 127.0.0.1:%d max_fails=0; ".formatted(responder))
                .collect(Collectors.joining());
        balancer = """
                upstream responders { %s}
                server {
                  listen 127.0.0.1:%d;
                  location / { proxy_pass http://responders; proxy_set_header Host $host; }
                }
                """.formatted(servers, port);
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", port);
    }

    public int port() {
        return port;
    }

    /** The folder of the deploy-agent: {@code <name>.conf} and its other files. */
    public Path certificates() {
        return certificates;
    }

    /** Checks the configuration. */
    public List<String> testCommand() {
        return sitesOnRequest ? SiteGate.before(run, certificates, command("-t")) : command("-t");
    }

    public List<String> reloadCommand() {
        return command("-s", "reload");
    }

    /** Without sites nginx has no port. */
    @Override
    public boolean healthy() {
        return sitesOnRequest || hasSites() ? super.healthy() : pid().isPresent();
    }

    /**
     * Adds the site, or changes its server names, and reloads. It presents a self-signed certificate until the agent
     * installs another.
     *
     * @return false if nginx has exactly this site already
     * @throws PartFailedException if nginx does not accept the site; the previous site of the certificate, or none, is configured then,
     *     so that the reloads for other certificates do not fail
     */
    public synchronized boolean addSite(Site site) {
        Optional<Site> previous = Optional.ofNullable(sites.put(site.certificateName(), site));
        if (previous.equals(Optional.of(site))) {
            return false;
        }
        if (pid().isPresent()) {
            write(site);
            try {
                reload();
            } catch (PartFailedException e) {
                previous.ifPresentOrElse(this::restore, () -> remove(site));
                throw e;
            }
        }
        return true;
    }

    private void restore(Site site) {
        sites.put(site.certificateName(), site);
        write(site);
    }

    private void remove(Site site) {
        sites.remove(site.certificateName());
        try {
            Files.deleteIfExists(siteFile(site));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds sites to the running server, and returns when all of them are served. */
    public synchronized void add(List<Site> more) {
        more.forEach(site -> sites.put(site.certificateName(), site));
        more.forEach(this::write);
        reload();
        // nginx applies its configuration some time after the command has ended.
        if (!Await.until(RELOAD_LIMIT, () -> more.stream().allMatch(this::served))) {
            throw PartFailedException.withLog(
                    name(), "does not serve " + more + " within " + RELOAD_LIMIT.toSeconds() + " s", run.log(name()));
        }
    }

    private boolean served(Site site) {
        try {
            return site.serverNames().stream()
                    .map(serverName -> serverName.replace("*", "any"))
                    .allMatch(serverName ->
                            TlsHandshake.withoutTrust(port, serverName).names().equals(sorted(site.serverNames())));
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private synchronized boolean hasSites() {
        return !sites.isEmpty();
    }

    @Override
    protected synchronized Program program() {
        run.write("nginx/nginx.conf", configuration());
        if (sitesOnRequest) {
            run.write("nginx/sites/" + DEFAULT_SERVER, defaultServer());
        }
        sites.values().forEach(this::write);
        return new Program(name(), command("-g", "daemon off;"), Map.of(), prefix);
    }

    /** Writes the include file first, because every configuration test fails without it. */
    private void write(Site site) {
        if (!Files.exists(include(site))) {
            selfSign(site);
        }
        run.write("nginx/sites/" + site.certificateName() + ".conf", server(site));
    }

    /** Writes a placeholder, unless the agent installs its certificate at the same moment. */
    private void selfSign(Site site) {
        var placeholder = TestAuthority.selfSigned(site.serverNames());
        String file = "nginx/certificates/before/" + site.certificateName();
        Path chain = run.writeSecret(file + ".pem", placeholder.certificate());
        Path key = run.writeSecret(file + ".key", placeholder.privateKey());
        Path draft = run.write(file + ".conf", "ssl_certificate " + chain + ";\nssl_certificate_key " + key + ";\n");
        try {
            // Unlike a rename, a hard link never replaces a file that the agent has just written.
            Files.createLink(include(site), draft);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reload() {
        try {
            Process reload = new ProcessBuilder(reloadCommand())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            prefix.resolve("reload.log").toFile()))
                    .start();
            if (!reload.waitFor(RELOAD_LIMIT.toMillis(), TimeUnit.MILLISECONDS) || reload.exitValue() != 0) {
                reload.destroyForcibly();
                throw new PartFailedException(name(), "did not reload; its output is in " + prefix + "/reload.log");
            }
        } catch (IOException e) {
            throw new PartFailedException(name(), "could not be reloaded", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException(name(), "was interrupted while it reloaded", e);
        }
    }

    /** Of the master process. */
    public Path pidFile() {
        return prefix.resolve("nginx.pid");
    }

    private Path siteFile(Site site) {
        return prefix.resolve("sites").resolve(site.certificateName() + ".conf");
    }

    private Path include(Site site) {
        return certificates.resolve(site.certificateName() + ".conf");
    }

    private List<String> command(String... arguments) {
        List<String> fixed = List.of(
                binary().toString(),
                "-p",
                prefix.toString(),
                "-c",
                prefix.resolve("nginx.conf").toString(),
                "-e",
                prefix.resolve("error.log").toString());
        return Stream.concat(fixed.stream(), Arrays.stream(arguments)).toList();
    }

    private Path binary() {
        // In Debian nginx is in a folder that is not on the PATH of ordinary users.
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/usr/local/sbin";
        return Arrays.stream(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new PartFailedException(name(), "is not installed; apt-get install nginx-light"));
    }

    private String configuration() {
        return """
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log warn;
                events { worker_connections 512; }
                http {
                  access_log off;
                  server_tokens off;
                  client_body_temp_path %1$s/tmp-body;
                  proxy_temp_path %1$s/tmp-proxy;
                  fastcgi_temp_path %1$s/tmp-fastcgi;
                  uwsgi_temp_path %1$s/tmp-uwsgi;
                  scgi_temp_path %1$s/tmp-scgi;
                  server_names_hash_bucket_size 512;
                  server_names_hash_max_size 8192;
                  ssl_protocols TLSv1.2 TLSv1.3;
                  ssl_session_tickets off;
                  ssl_session_cache none;
                  include %1$s/sites/*.conf;
                  %2$s
                }
                """.formatted(prefix, balancer);
    }

    /** Rejects handshakes for names without a site, and keeps the port open without sites. */
    private String defaultServer() {
        return "server { listen 127.0.0.1:%d ssl default_server; ssl_reject_handshake on; }\n".formatted(port);
    }

    private String server(Site site) {
        return """
                server {
                  listen 127.0.0.1:%d ssl;
                  server_name %s;
                  include %s;
                  location / { default_type text/plain; return 200 "%s\\n"; }
                }
                """.formatted(port, String.join(" ", site.serverNames()), include(site), site.certificateName());
    }
}
