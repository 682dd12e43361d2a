package dev.perennial.agent.activation;

import dev.perennial.agent.command.Command;
import dev.perennial.agent.target.CrashPoint;
import dev.perennial.agent.target.CrashPoints;
import dev.perennial.agent.target.includefile.WebServer;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The two commands of a server, for one batch. */
final class GroupActions {
    private final WebServer server;
    private final CrashPoints waypoints;
    private final MeterRegistry meters;
    private Duration spent = Duration.ZERO;

    GroupActions(WebServer server, CrashPoints waypoints, MeterRegistry meters) {
        this.server = server;
        this.waypoints = waypoints;
        this.meters = meters;
    }

    /**
     * The configuration test and, only where it passes, the reload: a server that is told to read a configuration that it
     * cannot use may end (Apache does).
     *
     * @return the problem, or empty where both passed
     */
    Optional<Problem> testAndReload(List<Activation> switches) {
        Optional<Problem> failure = test(switches);
        if (failure.isPresent()) {
            return failure;
        }
        meters.counter("perennial_reloads_total", "server", server.name()).increment();
        return run("reload", server.reload(), ErrorCode.RELOAD_FAILED, CrashPoint.RELOADED, switches);
    }

    /** The configuration test alone. */
    Optional<Problem> test(List<Activation> switches) {
        return run("config test", server.test(), ErrorCode.CONFIG_TEST_FAILED, CrashPoint.TESTED, switches);
    }

    /** What the commands have taken so far: how dear a reload is on this host, with this configuration. */
    Duration spent() {
        return spent;
    }

    private Optional<Problem> run(
            String what, List<String> command, ErrorCode code, CrashPoint waypoint, List<Activation> switches) {
        Command.Ended ended;
        long start = System.nanoTime();
        try (SharedSpan span = SharedSpan.start(what, switches)) {
            ended = Command.run(command, server.timeout());
            if (!ended.ok()) {
                span.failed("the command failed");
            }
        }
        spent = spent.plusNanos(System.nanoTime() - start);
        switches.forEach(one -> waypoints.passed(waypoint, one.site()));
        return ended.ok()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        code, "the " + what + " of server '" + server.name() + "' failed", ended.evidence()));
    }
}
