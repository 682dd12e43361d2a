package dev.perennial.agent.targets.onefile;

import dev.perennial.agent.command.Command;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.Turnover;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A server process of this host and its commands.
 *
 * @param test the configuration test, an argument array; none if empty
 * @param reload the reload, an argument array; none if empty: the server reads changed files by itself
 * @param verifyTimeout how long the handshake proof is repeated after a reload
 * @param timeout limit of each command
 * @param lock held during activation, test and reload by every process that cooperates (a POSIX record lock, see
 *     fcntl(2))
 * @param pidFile of the master process of nginx
 */
public record CommandServer(
        String name,
        List<String> test,
        List<String> reload,
        Duration verifyTimeout,
        Duration timeout,
        Path lock,
        Optional<Path> pidFile)
        implements TargetGroup {
    public CommandServer {
        test = List.copyOf(test);
        reload = List.copyOf(reload);
    }

    @Override
    public Optional<Problem> validate() {
        return run("config test", test, ErrorCode.CONFIG_TEST_FAILED);
    }

    @Override
    public Optional<Problem> apply(List<Target> changed) {
        return run("reload", reload, ErrorCode.RELOAD_FAILED);
    }

    @Override
    public Turnover turnover() {
        return pidFile.<Turnover>map(NginxTurnover::before).orElse(Turnover.UNKNOWN);
    }

    private Optional<Problem> run(String action, List<String> command, ErrorCode code) {
        if (command.isEmpty()) {
            return Optional.empty();
        }
        Command.Ended ended = Command.run(command, timeout);
        return ended.ok()
                ? Optional.empty()
                : Optional.of(Problem.of(code, "the " + action + " of server '" + name + "' failed", ended.evidence()));
    }
}
