package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations on a real nginx that has started with a placeholder. */
class NginxRotationIT extends RotationSetup {
    private String nginx;

    @BeforeEach
    void start() throws IOException {
        port = freePort();
        nginx = program("nginx", "nginx-light");
        agent("""
                host: web-1
                servers:
                  nginx:
                    test: [%1$s, -t, -p, %2$s, -c, %2$s/nginx.conf]
                    reload: [%1$s, -p, %2$s, -c, %2$s/nginx.conf, -s, reload]
                certificates:
                  - match: shop
                    server: nginx
                    directory: %2$s/certificates/{name}
                    include: %2$s/includes/{name}.conf
                    verify: [{port: %3$d}]
                """.formatted(nginx, folder, port));
        configure("");
        serve();
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        rotate();
    }

    @Test
    void startsAgainAfterAFirstDeploymentThatFailed() throws Exception {
        String placeholder = served();
        configure("no_such_directive on;");
        assertThat(deploy(next())).isInstanceOf(DeploymentResult.Unproven.class);
        configure("");
        server.destroy();
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();

        serve();

        assertThat(served()).isEqualTo(placeholder);
    }

    private void serve() throws IOException {
        serve(nginx, "-p", folder.toString(), "-c", folder + "/nginx.conf", "-g", "daemon off;");
    }

    private void configure(String more) throws IOException {
        Files.writeString(folder.resolve("nginx.conf"), """
                %2$s
                worker_processes 2;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  server { listen 127.0.0.1:%3$d ssl; server_name shop.example.com; include %1$s/includes/shop.conf; }
                }
                """.formatted(folder, more, port));
    }
}
