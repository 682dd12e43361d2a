package dev.perennial.validation.routing;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.ProcessLauncher;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The real web server or balancer of a site, with a snippet of ours in its configuration. */
public final class ProxyServer extends ProgramPart implements AutoCloseable {
    private final Kind kind;
    private final Path folder;
    private final String snippet;
    private final int port;

    /** Which program, and what every site has around such a snippet. */
    public enum Kind {
        NGINX("nginx"),
        NGINX_STREAM("nginx"),
        APACHE("apache2"),
        HAPROXY("haproxy");

        private final String program;

        Kind(String program) {
            this.program = program;
        }
    }

    private ProxyServer(Kind kind, RunFolder run, String snippet, int port) {
        super("front", run, new ProcessLauncher(run.logs(), run.pids()));
        this.kind = kind;
        this.folder = run.folder("front");
        this.snippet = snippet;
        this.port = port;
    }

    /**
     * Started, and ready.
     *
     * @param port where the snippet makes it listen
     */
    public static ProxyServer start(Kind kind, RoutingExample snippet, int port) {
        var server = new ProxyServer(kind, RunFolder.temporary(), snippet.text(), port);
        try {
            server.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    public int port() {
        return port;
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", port);
    }

    @Override
    public void close() {
        stop();
        run.clear();
    }

    @Override
    protected Program program() {
        Path file = run.write("front/front.conf", configuration());
        List<String> command =
                switch (kind) {
                    case NGINX, NGINX_STREAM ->
                        List.of(binary(), "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
                    case APACHE -> List.of(binary(), "-d", folder.toString(), "-f", file.toString(), "-DFOREGROUND");
                    case HAPROXY -> List.of(binary(), "-db", "-f", file.toString());
                };
        return new Program(name(), command, Map.of(), folder);
    }

    private String configuration() {
        return switch (kind) {
            case NGINX -> """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                events { worker_connections 128; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/tmp-body;
                  proxy_temp_path %1$s/tmp-proxy;
                  fastcgi_temp_path %1$s/tmp-fastcgi;
                  uwsgi_temp_path %1$s/tmp-uwsgi;
                  scgi_temp_path %1$s/tmp-scgi;
                  %2$s
                }
                """.formatted(folder, snippet);
            case NGINX_STREAM -> """
                load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                events { worker_connections 128; }
                %2$s
                """.formatted(folder, snippet);
            case APACHE -> """
                %3$s
                ServerName localhost
                DefaultRuntimeDir %1$s
                PidFile %1$s/apache.pid
                ErrorLog /dev/stderr
                Listen 127.0.0.1:%4$d
                %2$s
                """.formatted(folder, snippet, apacheModules(), port);
            case HAPROXY -> """
                global
                  maxconn 128
                defaults
                  timeout connect 2s
                  timeout client 10s
                  timeout server 10s
                %s
                """.formatted(snippet);
        };
    }

    /** Those that the snippet names, and those without which Apache does not run. */
    private static String apacheModules() {
        StringBuilder modules = new StringBuilder();
        Stream.of(
                        "mpm_event",
                        "authz_core",
                        "proxy",
                        "proxy_http",
                        "slotmem_shm",
                        "proxy_balancer",
                        "lbmethod_byrequests",
                        "alias")
                .forEach(module -> modules.append(
                        "LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so\n".formatted(module)));
        return modules.toString();
    }

    private String binary() {
        return Stream.of("/usr/sbin/", "/usr/local/sbin/", "/usr/bin/")
                .map(folder -> folder + kind.program)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError(kind.program + " is not installed; ./perennial test installs it"));
    }
}
