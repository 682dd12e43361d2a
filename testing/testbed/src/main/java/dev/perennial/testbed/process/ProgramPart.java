package dev.perennial.testbed.process;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A part that is a program: prepares its files, launches it and waits until it is ready. */
public abstract class ProgramPart implements Part {
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private final String name;
    private final Launcher launcher;
    protected final RunFolder run;
    private volatile RunningProgram running;
    private int starts;

    protected ProgramPart(String name, RunFolder run, Launcher launcher) {
        this.name = name;
        this.run = run;
        this.launcher = launcher;
    }

    /** Writes the program's files and returns its command. Called before every start. */
    protected abstract Program program();

    /** Whether it can be used; polled during the start. */
    protected boolean ready() {
        return healthy();
    }

    /** Called when it is ready, for example to create topics. */
    protected void prepare() {}

    protected Duration startLimit() {
        return Duration.ofSeconds(60);
    }

    protected Duration stopGrace() {
        return STOP_GRACE;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final synchronized void start() {
        if (running != null && running.isRunning()) {
            return;
        }
        starts++;
        running = launcher.launch(program());
        boolean up = Await.until(startLimit(), () -> !running.isRunning() || ready());
        if (!up || !running.isRunning()) {
            String failure = up
                    ? "ended while starting"
                    : "was not ready within " + startLimit().toSeconds() + " s";
            stop();
            throw PartFailedException.withLog(name, failure, run.log(name));
        }
        prepare();
    }

    @Override
    public boolean healthy() {
        return running != null
                && running.isRunning()
                && healthUrl().map(HealthCheck::answers).orElseGet(() -> Ports.accepts(address()));
    }

    @Override
    public final OptionalLong pid() {
        return running != null && running.isRunning() ? OptionalLong.of(running.pid()) : OptionalLong.empty();
    }

    @Override
    public final Optional<Path> log() {
        return Optional.of(run.log(name));
    }

    /** Whether the program has logged the text since its last start. */
    protected final boolean logged(String text) {
        return LogTail.count(run.log(name), text) >= starts;
    }

    @Override
    public final void stop() {
        if (running != null) {
            running.stop(stopGrace());
        }
    }

    /** Kills it, like a crash: no signal handler runs. */
    public final void kill() {
        if (running != null) {
            running.kill();
        }
    }

    /** Restarts it with the same ports and files. */
    public final void restart() {
        stop();
        start();
    }

    /** The URL for the status command; see {@link Part#healthUrl()}. */
    @Override
    public Optional<URI> healthUrl() {
        return Optional.empty();
    }
}
