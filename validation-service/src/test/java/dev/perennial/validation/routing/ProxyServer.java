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

/** A real web server or load balancer with an example of docs/routing in its configuration. */
public final class ProxyServer extends ProgramPart implements AutoCloseable {
    private final Kind kind;
    private final Path folder;
    private final String example;
    private final int port;

    /** The program, which determines the configuration around the example. */
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

    private ProxyServer(Kind kind, RunFolder run, String example, int port) {
        super("front", run, new ProcessLauncher(run.logs(), run.pids()));
        this.kind = kind;
        this.folder = run.folder("front");
        this.example = example;
        this.port = port;
    }

    /**
     * Returns when the server is ready.
     *
     * @param port the listen port of the example
     */
    public static ProxyServer start(Kind kind, RoutingExample example, int port) {
        var server = new ProxyServer(kind, RunFolder.temporary(), example.text(), port);
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
                """.formatted(folder, example);
            case NGINX_STREAM -> """
                load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                events { worker_connections 128; }
                %2$s
                """.formatted(folder, example);
            case APACHE -> """
                %3$s
                ServerName localhost
                DefaultRuntimeDir %1$s
                PidFile %1$s/apache.pid
                ErrorLog /dev/stderr
                Listen 127.0.0.1:%4$d
                %2$s
                """.formatted(folder, example, apacheModules(), port);
            case HAPROXY -> """
                global
                  maxconn 128
                defaults
                  timeout connect 2s
                  timeout client 10s
                  timeout server 10s
                %s
                """.formatted(example);
        };
    }

    /** The modules that the example requires, and those that Apache itself requires. */
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
