package dev.perennial.testbed.fleet;

import dev.perennial.testbed.web.ConfigTestGate;
import dev.perennial.testbed.web.NginxPart;
import java.util.List;
import java.util.stream.Collectors;

/** The deploy-agent's configuration on the host of the testbed's nginx: every command and path comes from here. */
final class AgentHostFile {
    private AgentHostFile() {}

    static String of(String host, NginxPart nginx, ConfigTestGate gate) {
        return """
                host: "%s"
                servers:
                  nginx:
                    test: %s
                    reload: %s
                    settle: 5s
                    pidFile: "%6$s"
                certificates:
                  - match: "*"
                    server: nginx
                    directory: "%4$s/live/{name}"
                    include: "%4$s/{name}.conf"
                    mode: "0600"
                    verify:
                      - port: %5$d
                """.formatted(
                        host,
                        argumentArray(gate.before(nginx.testCommand())),
                        argumentArray(nginx.reloadCommand()),
                        nginx.certificates(),
                        nginx.port(),
                        nginx.pidFile());
    }

    private static String argumentArray(List<String> command) {
        return command.stream().map(argument -> '"' + argument + '"').collect(Collectors.joining(", ", "[", "]"));
    }
}
