package dev.perennial.testbed.web;

import dev.perennial.testbed.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs before the web server's configuration test and waits until each certificate that the agent has installed has a site.
 * Otherwise the first deployment could fail if the observer adds the site late. After five seconds the test runs anyway.
 */
final class SiteGate {
    private static final String SCRIPT = """
            #!/bin/sh
            includes=$1
            sites=$2
            shift 2
            tries=0
            for include in "$includes"/*.conf; do
              while [ -e "$include" ] && [ ! -e "$sites/${include##*/}" ] && [ $tries -lt 100 ]; do
                tries=$((tries + 1))
                sleep 0.05
              done
            done
            exec "$@"
            """;

    private SiteGate() {}

    /** The command, preceded by the gate. */
    static List<String> before(RunFolder run, Path includes, List<String> command) {
        Path script = run.write("nginx/site-gate.sh", SCRIPT);
        Path sites = run.folder("nginx/sites");
        return Stream.concat(
                        Stream.of("/bin/sh", script.toString(), includes.toString(), sites.toString()),
                        command.stream())
                .toList();
    }
}
