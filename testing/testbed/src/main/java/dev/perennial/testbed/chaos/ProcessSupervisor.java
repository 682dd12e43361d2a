package dev.perennial.testbed.chaos;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.fleet.ServicePart;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Restarts a service whenever it has ended, like systemd or Kubernetes, without a limit. */
final class ProcessSupervisor implements AutoCloseable {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final ServicePart service;
    private final Consumer<String> log;
    private final Thread thread;
    private volatile long notBefore = System.nanoTime();
    private volatile boolean closed;

    ProcessSupervisor(ServicePart service, Consumer<String> log) {
        this.service = service;
        this.log = log;
        this.thread = Thread.ofVirtual().name("supervisor of " + service.name()).start(this::supervise);
    }

    /** Kills the service, and restarts it after this delay. */
    void kill(Duration delay) {
        notBefore = System.nanoTime() + delay.toNanos();
        service.kill();
    }

    private void supervise() {
        while (!closed) {
            if (service.pid().isEmpty() && System.nanoTime() - notBefore > 0) {
                start();
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private void start() {
        long begin = System.nanoTime();
        try {
            service.start();
            long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            log.accept("%s is ready again, %.1f s after its start".formatted(service.name(), took / 1e3));
        } catch (PartFailedException e) {
            // A part that it needs is unavailable, or it was killed again: the next poll starts it again.
            log.accept(e.getMessage().lines().findFirst().orElseThrow() + "; starting it again");
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
