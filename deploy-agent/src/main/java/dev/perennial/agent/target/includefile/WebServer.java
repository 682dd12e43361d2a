package dev.perennial.agent.target.includefile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A server process of this host, and the commands that may be run for it.
 *
 * @param test the configuration test, an argument array
 * @param reload the reload, an argument array
 * @param settle how long the handshake proof is polled after a reload
 * @param timeout limit of each command
 * @param lock held over switch, test and reload by every process that cooperates (a POSIX record lock, see fcntl(2))
 */
public record WebServer(
        String name,
        IncludeSyntax syntax,
        List<String> test,
        List<String> reload,
        Duration settle,
        Duration timeout,
        Path lock) {
    public WebServer {
        test = List.copyOf(test);
        reload = List.copyOf(reload);
    }
}
